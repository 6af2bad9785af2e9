import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { GatewayProblem, GatewayRequest } from '../operation.ts';
import { compileOperation } from './compiled-operation.ts';
import { customerSink } from './customer-sink.ts';
import { compareAfterwards, dualCall } from './dual-call.ts';
import type { SubjectOf } from './identity.ts';
import { type OwnAnswer, ownAnswer } from './own-answer.ts';
import type { Gateway, GatewayParts } from './ports.ts';
import { recordRefused } from './record-verdict.ts';

/** A usual body of a customer is some hundred bytes; the cores have limits of their own. */
const BODY_LIMIT_BYTES = 64 * 1024;
/** A request must arrive completely within this time. Fastify's default is no limit. */
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 15_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 4_000;
/** Requests under way at once. Above this the answer is 503 at once, because no customer waits for a long queue. */
export const MAX_REQUESTS_UNDER_WAY = 1_024;
/** Above this the gateway sends no shadows, so that half of the requests are kept for customers. */
export const SHED_SHADOWS_AT = MAX_REQUESTS_UNDER_WAY / 2;

/** The customers' side: one route for each operation, 404 for everything else. Bodies pass as the bytes they are. */
export function gatewayServer(parts: GatewayParts, subjectOf: SubjectOf): FastifyInstance {
  let underWay = 0;
  let isClosing = false;
  const gateway: Gateway = { ...parts, isShedding: () => underWay > SHED_SHADOWS_AT };
  const app = fastify({
    loggerInstance: gateway.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    exposeHeadRoutes: false,
    return503OnClosing: true,
  }) as unknown as FastifyInstance;
  app.server.maxConnections = MAX_CONNECTIONS;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  answerOwnProblems(app, gateway);
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  for (const operation of gateway.service.operations) {
    const compiled = compileOperation(operation, gateway.now());
    const terms = { internalHeaders: gateway.service.internalHeaders, isClosing: () => isClosing };
    app.route({
      // A HEAD asks for the same answer without its body.
      method: operation.method === 'GET' ? ['GET', 'HEAD'] : operation.method,
      url: operation.path,
      async handler(request, reply) {
        if (underWay >= MAX_REQUESTS_UNDER_WAY) {
          recordRefused(gateway, compiled);
          return send(reply, own(gateway, 'unavailable'));
        }
        underWay += 1;
        try {
          const subject = await subjectOf(request.headers.authorization);
          reply.hijack();
          const customer = customerSink(reply.raw, terms);
          const customers = customerRequest(request, subject);
          const { reply: given, answered } = await dualCall(gateway, compiled, customers, customer);
          if (given.kind === 'own') send(reply, isClosing ? closing(given) : given);
          // Not before the answer's bytes have been handed to the kernel.
          setImmediate(() => void compareAfterwards(answered));
          logRequest(gateway, request, operation.name, given.status, reply.elapsedTime);
        } finally {
          underWay -= 1;
        }
      },
    });
  }
  return app;
}

function customerRequest(request: FastifyRequest, subject: string | null): GatewayRequest {
  return {
    method: request.method,
    path: request.raw.url ?? '/',
    params: request.params as Record<string, string>,
    headers: request.headers,
    rawHeaders: request.raw.rawHeaders,
    body: request.body instanceof Uint8Array ? request.body : new Uint8Array(0),
    subject,
  };
}

/** Writes past Fastify, as the primary's answers are written. */
function send(reply: FastifyReply, { status, headers, body }: OwnAnswer): void {
  reply.hijack();
  reply.raw.writeHead(status, headers as string[]);
  reply.raw.end(body);
}

function closing(reply: OwnAnswer): OwnAnswer {
  return { ...reply, headers: [...reply.headers, 'connection', 'close'] };
}

function own(gateway: Gateway, kind: GatewayProblem): OwnAnswer {
  return ownAnswer(gateway.service.problem(kind));
}

const PROBLEMS_BY_STATUS: Readonly<Record<number, GatewayProblem>> = {
  400: 'malformed',
  404: 'not-found',
  413: 'too-large',
  503: 'unavailable',
};

function answerOwnProblems(app: FastifyInstance, gateway: Gateway): void {
  app.setNotFoundHandler((_request, reply) => send(reply, own(gateway, 'not-found')));
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const kind = PROBLEMS_BY_STATUS[error.statusCode ?? 500];
    if (kind === undefined) {
      gateway.log.error(
        { err: error },
        'a request failed in the gateway and was answered 500: read the error',
      );
    }
    send(reply, own(gateway, kind ?? 'internal'));
  });
}

/** Without the path, because a path names an account. */
function logRequest(
  gateway: Gateway,
  request: FastifyRequest,
  operation: string,
  status: number,
  ms: number,
): void {
  const { method } = request;
  gateway.log.info({ method, operation, status, ms: Math.round(ms * 10) / 10 }, 'answered');
}
