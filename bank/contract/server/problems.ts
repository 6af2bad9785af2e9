import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { type ProblemBody, type ProblemCode, problem } from '../problem.ts';
import { Refused } from './refused.ts';

/** Fastify's own faults, as problems of the contract. */
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

/** Every error answer is a problem of the contract; an unexpected fault is logged and tells the caller nothing of its inside. */
export function answerWithProblems(app: FastifyInstance): void {
  app.decorateReply('problemCode', '');
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, problem('NOT_FOUND')));
  app.setErrorHandler<FastifyError>((fault, request, reply) => {
    if (fault instanceof Refused) return sendProblem(reply, fault.body);
    const code = CODES_BY_STATUS[fault.statusCode ?? 500];
    if (code !== undefined) return sendProblem(reply, problem(code, { detail: explain(fault) }));
    request.log.error(
      { traceId: request.id, err: fault },
      'request failed unexpectedly: see the fault, answer was 500',
    );
    return sendProblem(reply, problem('INTERNAL', { detail: `trace ${request.id}` }));
  });
}

function explain(fault: FastifyError): string {
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
