import { Problem, problem, Reversal, ReversalRequest, ROUTES } from '@core-exit/bank-contract';
import {
  AccountParams,
  callerOf,
  idempotencyKeyOf,
  sendAnswer,
  sendProblem,
} from '@core-exit/bank-contract/server';
import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { AnswerFaults } from '../ledger/answer-faults.ts';
import type { ReversalFlow } from './reversal.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The new core takes back payouts of either core. The legacy core has no such route (404). */
export function reversalRoute(scope: FastifyInstance, reverse: ReversalFlow, answering: AnswerFaults): void {
  scope.post<{ Params: { accountNo: string; payoutId: string }; Body: ReversalRequest }>(
    ROUTES.reversal,
    {
      schema: {
        summary: 'Takes a payout back (operator scope)',
        params: AccountParams,
        body: ReversalRequest,
        response: { 200: Reversal, 201: Reversal, '4xx': Problem, '5xx': Problem },
      },
      // Before the body is validated, so that a caller without the right learns nothing about a valid body.
      preValidation: async (request, reply) => {
        if (callerOf(request).kind !== 'operator') return sendProblem(reply, problem('FORBIDDEN'));
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      if (caller.kind !== 'operator') return sendProblem(reply, problem('FORBIDDEN'));
      const idempotencyKey = idempotencyKeyOf(request);
      const { accountNo, payoutId } = request.params;
      if (!UUID.test(payoutId)) return sendProblem(reply, problem('PAYOUT_NOT_FOUND'));
      const ofOperator = { operatorId: caller.operatorId, accountNo, payoutId, traceId: request.id };
      const answer = await answering(reverse(ofOperator, idempotencyKey, request.body));
      if (!answer.ok) return sendAnswer(reply, answer, 409);
      if (answer.body.replayed) reply.header('idempotency-replayed', 'true');
      return reply.code(answer.body.replayed ? 200 : 201).send(answer.body.reversal);
    },
  );
}
