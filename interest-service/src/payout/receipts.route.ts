import { Payout, PayoutHistory, Problem, ROUTES } from '@core-exit/bank-contract';
import { AccountParams, accountRequestOf, sendAnswer } from '@core-exit/bank-contract/server';
import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { ReceiptFlows } from './receipts.ts';

/** History and receipts of an account. */
export function receiptRoutes(scope: FastifyInstance, flows: ReceiptFlows): void {
  scope.get<{ Params: { accountNo: string } }>(
    ROUTES.payouts,
    {
      schema: {
        summary: 'Payouts of an account, newest first',
        params: AccountParams,
        response: { 200: PayoutHistory, '4xx': Problem },
      },
    },
    async (request, reply) => sendAnswer(reply, await flows.history(accountRequestOf(request)), 200),
  );
  scope.get<{ Params: { accountNo: string; payoutId: string } }>(
    ROUTES.payout,
    { schema: { summary: 'One receipt', response: { 200: Payout, '4xx': Problem } } },
    async (request, reply) =>
      sendAnswer(reply, await flows.receipt(accountRequestOf(request), request.params.payoutId), 200),
  );
}
