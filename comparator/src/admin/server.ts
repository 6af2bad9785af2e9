import type { Rollout } from '@core-exit/rollout';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { latencyReport } from './latency.ts';
import type { Metrics } from './metrics.ts';
import type { AdminReads } from './reads.ts';

export type AdminOptions = {
  reads: AdminReads;
  rollout: Rollout;
  metrics: Metrics;
  log: Logger;
  /** The page that says what to do about a mismatch; null: none is set. */
  runbookUrl: string | null;
};

/** One screen of an operator. */
const DEFAULT_COMPARISONS = 50;
const MAX_COMPARISONS = 500;
const REQUEST_TIMEOUT_MS = 5_000;
const INSTANT = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z$';

/** The operators' side, on a port of its own. It only reads, and it has no access to a core. */
export function adminServer(options: AdminOptions): FastifyInstance {
  const { reads, rollout, metrics, runbookUrl } = options;
  const app = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  }) as unknown as FastifyInstance;

  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    // The gateway is ready without flag and database: the legacy core answers, and counts stay in memory.
    const flag = rollout.flag();
    const isStored = await reads.isStored();
    return reply.send({ status: 'ready', stage: flag.kind === 'staged' ? flag.stage : flag.doubt, isStored });
  });
  app.get<{ Querystring: { stage?: string; since?: string } }>(
    '/evidence',
    { schema: EVIDENCE },
    async ({ query: { stage, since } }) => reads.evidence({ stage, since }),
  );
  app.get<{ Querystring: { stage?: string; since?: string } }>(
    '/latency',
    { schema: EVIDENCE },
    async ({ query: { stage, since } }) => latencyReport(await reads.evidence({ stage, since })),
  );
  app.get('/noise', async () => ({ operations: metrics.noise() }));
  app.get('/verdicts', async () => reads.verdicts());
  app.get<{ Querystring: { signature?: string; verdict?: string; limit?: string } }>(
    '/comparisons',
    { schema: COMPARISONS },
    async ({ query: { signature = null, verdict = null, limit } }) => ({
      comparisons: await reads.comparisons({
        signature,
        verdict,
        limit: Math.min(Number(limit ?? DEFAULT_COMPARISONS), MAX_COMPARISONS),
      }),
    }),
  );
  app.get<{ Params: { id: string } }>('/comparisons/:id', async (request, reply) => {
    const comparison = await reads.comparison(request.params.id);
    return comparison ?? reply.code(404).send({ status: 'no such comparison' });
  });
  app.get('/signatures', async () => ({ signatures: await reads.signatures() }));
  app.get('/alerts', async () => ({ alerts: await reads.alerts() }));
  app.get('/runbook', async (_request, reply) => {
    if (runbookUrl === null) return reply.code(404).send({ status: 'no runbook: set RUNBOOK_URL' });
    return reply.redirect(runbookUrl); // a browser keeps the section of the link
  });
  app.get('/metrics', async (_request, reply) => {
    return reply.type('text/plain; version=0.0.4').send(await metrics.text());
  });
  return app;
}

const EVIDENCE = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: { stage: { type: 'string', maxLength: 40 }, since: { type: 'string', pattern: INSTANT } },
  },
};

const SHORT = { type: 'string', maxLength: 40 };
const COMPARISONS = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: { signature: SHORT, verdict: SHORT, limit: { type: 'string', pattern: '^[0-9]{1,4}$' } },
  },
};
