import { setTimeout as sleep } from 'node:timers/promises';
import { faultForLog } from '@core-exit/process/fault-for-log';
import { logStream } from '@core-exit/process/log';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastify, { LogController } from 'fastify';
import type { Core } from '../core.ts';
import { BODY_LIMIT_BYTES } from '../index.ts';
import { authenticate } from './authenticate.ts';
import type { VerifyCaller } from './callers.ts';
import { acceptStrictJson } from './json-body.ts';
import { maskAccountNo } from './mask.ts';
import { answerWithProblems } from './problems.ts';
import { coreRoutes } from './routes.ts';
import { traceIdOf } from './trace.ts';

/** A request must be received whole within this time; Fastify's default is never. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Idle connections are closed after this; longer than the gateway's own keep-alive, so that the caller closes first. */
const KEEP_ALIVE_TIMEOUT_MS = 15_000;
/** Node's default of 16 KiB leaves room for one token; more is an attack or a mistake (431). */
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 2_000;
/**
 * A stop answers on for this long, each answer closing its connection, so that callers move to the release beside
 * this one before the listener goes. Without it a deployment under load gave 503 and ECONNRESET.
 */
const DRAIN_MS = 500;

export type CoreServerOptions = {
  core: Core;
  verify: VerifyCaller;
  logLevel: string;
  /** Name in logs and in the OpenAPI page, e.g. `interest-service`. */
  name: string;
  /** Told in the header `core-version` of every answer, so that a comparison knows what it compared. */
  version: string;
};

/**
 * The HTTP edge of the contract: strict JSON, no coercion, no unknown fields, problems for every error, one masked
 * log line a request. Both cores stand behind it, so they can differ in what they answer but not in how.
 * `extend` adds routes of one core's own inside the authenticated scope.
 */
export async function coreServer(
  options: CoreServerOptions,
  extend: (scope: FastifyInstance) => void = () => undefined,
): Promise<FastifyInstance> {
  const app = fastify({
    logger: {
      level: options.logLevel,
      base: { service: options.name },
      serializers: { err: faultForLog },
      stream: logStream(),
    },
    // Our own line a request: Fastify's would show account numbers in the address.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    // A logger for each request would cost more than its one line: whoever logs for a request names its trace.
    childLoggerFactory: (logger) => logger,
    genReqId: (request) => traceIdOf(request.headers),
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
    return503OnClosing: false,
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  tellEachCaller(app, options.version);
  await describe(app, options);
  answerWithProblems(app);
  acceptStrictJson(app);
  logEachRequest(app);
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const ready = await options.core.ready();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' });
  });
  await app.register(async (scope) => {
    authenticate(scope, options.verify);
    coreRoutes(scope, options.core);
    extend(scope);
  });
  return app;
}

/**
 * Which version answered; and once it is told to stop, each answer closes its connection, so that a caller opens its next
 * one where somebody stays. Hooks of each request take a callback: a promise each would cost as much as what they do.
 */
function tellEachCaller(app: FastifyInstance, version: string): void {
  let isDraining = false;
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('core-version', version);
    if (isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('preClose', async () => {
    isDraining = true;
    await sleep(DRAIN_MS);
  });
}

/** The contract as an OpenAPI page at /docs. */
async function describe(app: FastifyInstance, { name, version }: CoreServerOptions): Promise<void> {
  await app.register(swagger, {
    openapi: {
      info: { title: `Interest payout: ${name}`, version },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      security: [{ bearer: [] }],
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
}

function logEachRequest(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const quiet = request.routeOptions.url?.startsWith('/health') ?? false;
    request.log[quiet ? 'debug' : 'info'](
      {
        traceId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        account: maskedAccount(request),
        caller: request.caller?.kind,
        status: reply.statusCode,
        code: reply.problemCode || undefined,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'answered',
    );
    done();
  });
}

function maskedAccount(request: FastifyRequest): string | undefined {
  const accountNo = (request.params as { accountNo?: unknown } | undefined)?.accountNo;
  return typeof accountNo === 'string' ? maskAccountNo(accountNo.slice(0, 32)) : undefined;
}
