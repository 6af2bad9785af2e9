import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { GatewayProblem, GatewayRequest } from '../operation.ts';
import { customerSink } from './customer-sink.ts';
import { dualCall, type OwnReply, replyOf, shed } from './dual-call.ts';
import { type Gateway, type GatewayParts, readyOperation } from './gateway.ts';
import type { SubjectOf } from './identity.ts';

/** The largest valid body of a customer is some hundred bytes; cores have limits of their own. */
const BODY_LIMIT_BYTES = 64 * 1024;
/** A request must be received whole within this time; Fastify's default is never. */
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 15_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 4_000;
/** Requests under way at once; above it the answer is 503 at once instead of a queue nobody waits for. */
export const MAX_REQUESTS_UNDER_WAY = 1_024;
/** Above this the shadows are left out: half the room is kept for customers. */
export const SHED_SHADOWS_AT = MAX_REQUESTS_UNDER_WAY / 2;

/** The customers' side: one route per operation, everything else 404. Bodies pass as the bytes they are. */
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
  answerOwnTrouble(app, gateway);
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  for (const operation of gateway.service.operations) {
    const ready = readyOperation(operation, gateway.now());
    const terms = { internalHeaders: gateway.service.internalHeaders, isClosing: () => isClosing };
    app.route({
      // a HEAD is the same question, answered without its body
      method: operation.method === 'GET' ? ['GET', 'HEAD'] : operation.method,
      url: operation.path,
      async handler(request, reply) {
        if (underWay >= MAX_REQUESTS_UNDER_WAY) return send(reply, shed(ready, gateway));
        underWay += 1;
        try {
          const subject = await subjectOf(request.headers.authorization);
          reply.hijack();
          const customer = customerSink(reply.raw, terms);
          const asked = customerRequest(request, subject);
          const { reply: answer, tail } = await dualCall(ready, asked, gateway, customer);
          if (answer.kind === 'own') send(reply, isClosing ? closing(answer) : answer);
          setImmediate(tail); // after the answer's bytes have been handed to the kernel
          logRequest(gateway, request, operation.name, answer.status, reply.elapsedTime);
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

/** Written past Fastify, as everything else a customer gets. */
function send(reply: FastifyReply, { status, headers, body }: OwnReply): void {
  reply.hijack();
  reply.raw.writeHead(status, headers as string[]);
  reply.raw.end(body);
}

function closing(reply: OwnReply): OwnReply {
  return { ...reply, headers: [...reply.headers, 'connection', 'close'] };
}

function own(gateway: Gateway, kind: GatewayProblem): OwnReply {
  return replyOf(gateway.service.problem(kind));
}

const PROBLEMS_BY_STATUS: Readonly<Record<number, GatewayProblem>> = {
  400: 'malformed',
  404: 'not-found',
  413: 'too-large',
  503: 'unavailable',
};

function answerOwnTrouble(app: FastifyInstance, gateway: Gateway): void {
  app.setNotFoundHandler((_request, reply) => send(reply, own(gateway, 'not-found')));
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const kind = PROBLEMS_BY_STATUS[error.statusCode ?? 500];
    if (kind === undefined) {
      gateway.log.error({ err: error }, 'a request failed in the gateway: see the fault, answer was 500');
    }
    send(reply, own(gateway, kind ?? 'internal'));
  });
}

/** No address: it names an account. */
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
