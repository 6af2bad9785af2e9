import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { faultForLog } from '@core-exit/process/fault-for-log';
import { logStream } from '@core-exit/process/log';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastify, { LogController } from 'fastify';
import { maskAccountNo } from '../account-no.ts';
import type { Core } from '../core.ts';
import { BODY_LIMIT_BYTES, CORE_VERSION_HEADER } from '../routes.ts';
import { authenticate } from './authenticate.ts';
import type { VerifyCaller } from './callers.ts';
import { acceptStrictJson } from './json-body.ts';
import { answerWithProblems } from './problems.ts';
import { coreRoutes } from './routes.ts';

/** A request must be complete within this time. Fastify's default is no limit. */
const REQUEST_TIMEOUT_MS = 10_000;
/** An idle connection is closed after this time, which is longer than the gateway's keep-alive, so that the caller closes first. */
const KEEP_ALIVE_TIMEOUT_MS = 15_000;
/** Node's default. One token fits into 16 KiB; more is an attack or a mistake (431). */
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 2_000;
/**
 * A stopping server still answers for this long and closes the connection with each answer, so that callers connect to the
 * next release before the listener closes. Without this time a deployment under load gave 503 and ECONNRESET.
 */
const DRAIN_MS = 500;

export type CoreServerOptions = {
  core: Core;
  verify: VerifyCaller;
  logLevel: string;
  /** Name in logs and in the OpenAPI page, e.g. `interest-service`. */
  name: string;
  /** Sent in {@link CORE_VERSION_HEADER} with every answer. */
  version: string;
};

/** Where a core adds its own routes: every request there has a verified caller. */
export type AuthenticatedScope = FastifyInstance;

/**
 * The HTTP server of the contract: strict JSON, no coercion, no unknown fields, a problem for every error, one masked
 * log line for each request. Both cores use this server, so they can differ in the content of an answer and not in its form.
 * `extend` adds a core's own routes to the authenticated scope.
 */
export async function coreServer(
  options: CoreServerOptions,
  extend: (scope: AuthenticatedScope) => void = () => undefined,
): Promise<FastifyInstance> {
  const app = fastify({
    logger: {
      level: options.logLevel,
      base: { service: options.name },
      serializers: { err: faultForLog },
      stream: logStream(),
    },
    // logEachRequest writes the line of a request, because Fastify's line would contain account numbers in the address.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    // A logger for each request would cost more than the one line of the request, so each line names its trace itself.
    childLoggerFactory: (logger) => logger,
    genReqId: (request) => traceIdOf(request.headers),
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
    return503OnClosing: false,
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  addVersionAndDrain(app, options.version);
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
 * Adds the version to each answer. While the server stops, each answer also closes its connection, so that the caller opens
 * the next connection to another instance. The hooks take callbacks, because a promise would cost as much as the hook itself.
 */
function addVersionAndDrain(app: FastifyInstance, version: string): void {
  let isDraining = false;
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.header(CORE_VERSION_HEADER, version);
    if (isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('preClose', async () => {
    isDraining = true;
    await pause(DRAIN_MS);
  });
}

/** Serves the contract as an OpenAPI page at /docs. */
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

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace id of a request (W3C Trace Context), or a new one. */
function traceIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['traceparent'];
  // randomUUID draws from a pool and takes a tenth of the time of 16 new random bytes.
  return (typeof given === 'string' && TRACEPARENT.exec(given)?.[1]) || randomUUID().replaceAll('-', '');
}
