import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { type ProblemBody, type ProblemCode, problem } from '../problem.ts';

/** Thrown by a hook or a route of the contract to answer with a problem. The error handler below catches it. */
export class ProblemError extends Error {
  readonly body: ProblemBody;
  readonly statusCode: number;

  constructor(code: ProblemCode, extra: { detail?: string } = {}) {
    const body = problem(code, extra);
    super(`${code} ${extra.detail ?? ''}`.trim());
    this.name = 'ProblemError';
    this.body = body;
    this.statusCode = body.status;
  }
}

/** Fastify's own errors, as problems of the contract. */
const CODES_BY_STATUS: Record<number, ProblemCode> = {
  400: 'VALIDATION',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  503: 'UNAVAILABLE',
};

export async function sendProblem(
  reply: FastifyReply,
  body: ProblemBody,
  retryAfterSeconds?: number,
): Promise<FastifyReply> {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  if (body.status === 401) reply.header('www-authenticate', 'Bearer');
  reply.problemCode = body.code;
  return reply.code(body.status).type('application/problem+json').send(body);
}

/** Answers every error with a problem of the contract. An unexpected fault is logged, and its answer contains only the trace id. */
export function answerWithProblems(app: FastifyInstance): void {
  app.decorateReply('problemCode', '');
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, problem('NOT_FOUND')));
  app.setErrorHandler<FastifyError>((fault, request, reply) => {
    if (fault instanceof ProblemError) return sendProblem(reply, fault.body);
    const code = CODES_BY_STATUS[fault.statusCode ?? 500];
    if (code !== undefined) return sendProblem(reply, problem(code, { detail: detailOf(fault) }));
    request.log.error(
      { traceId: request.id, err: fault },
      'request failed with an unexpected fault: the answer was 500',
    );
    return sendProblem(reply, problem('INTERNAL', { detail: `trace ${request.id}` }));
  });
}

function detailOf(fault: FastifyError): string {
  const found = fault.validation?.map((v) => {
    const where = `${fault.validationContext ?? 'body'}${v.instancePath}`;
    const extra = v.params['additionalProperty'];
    return `${where}: ${v.message ?? 'is not valid'}${extra === undefined ? '' : ` (${JSON.stringify(extra)})`}`;
  });
  return found?.join('; ') ?? fault.message;
}

declare module 'fastify' {
  interface FastifyReply {
    problemCode: string;
  }
}
