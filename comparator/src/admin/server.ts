import { type Rollout, VERDICTS } from '@core-exit/rollout';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Tails } from '../gateway/tails.ts';
import { readAlerts, readComparison, readSignatures, readTotals } from '../store/read.ts';
import type { StoreRecorder } from '../store/recorder.ts';
import { noVerdicts } from '../store/tally.ts';
import { readEvidence } from './evidence.ts';
import { metricsText } from './metrics.ts';

export type AdminOptions = {
  pool: pg.Pool;
  recorder: StoreRecorder;
  rollout: Rollout;
  shadows: Tails;
  runId: string;
  log: Logger;
};

const QUESTION_TIMEOUT_MS = 5_000;
const INSTANT = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z$';

/** The operators' side, on a port of its own. Reads only; nothing here can reach a core. */
export function adminServer(options: AdminOptions): FastifyInstance {
  const { pool, recorder, rollout } = options;
  const app = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: QUESTION_TIMEOUT_MS,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  }) as unknown as FastifyInstance;

  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    // The gateway serves without its flag and its database (on the legacy core, with counts in memory); it says so.
    const flag = rollout.flag();
    const isStored = await pool.query('select 1').then(
      () => true,
      () => false,
    );
    return reply.send({ status: 'ready', stage: flag.kind === 'staged' ? flag.stage : flag.doubt, isStored });
  });
  app.get<{ Querystring: { stage?: string; since?: string } }>(
    '/evidence',
    { schema: EVIDENCE },
    async (request) =>
      readEvidence(
        { pool, recorder, rollout },
        { stage: request.query.stage, since: request.query.since },
        new Date(),
      ),
  );
  app.get('/verdicts', async () => verdicts(options));
  app.get<{ Params: { id: string } }>('/comparisons/:id', async (request, reply) => {
    const comparison = await readComparison(pool, request.params.id);
    return comparison ?? reply.code(404).send({ status: 'no such comparison' });
  });
  app.get('/signatures', async () => ({ signatures: await readSignatures(pool) }));
  app.get('/alerts', async () => ({ alerts: await readAlerts(pool) }));
  app.get('/metrics', async (_request, reply) => {
    const text = metricsText({ tally: recorder.tally, shadowsUnderWay: options.shadows.size });
    return reply.type('text/plain; version=0.0.4').send(text);
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

/** Totals over all gateways: `requests` = all verdicts + `pending` (here, under way) + `abandoned` (other processes). */
async function verdicts({ pool, recorder, runId }: AdminOptions): Promise<object> {
  await recorder.flush();
  const { requests, settled, abandoned, stages } = await readTotals(pool, runId);
  const all = noVerdicts();
  for (const stage of stages) for (const verdict of VERDICTS) all[verdict] += stage.verdicts[verdict];
  return { requests, verdicts: all, pending: requests - settled - abandoned, abandoned, stages };
}
