import { Problem, problem } from '@core-exit/bank-contract';
import { AccountParams, callerOf, sendProblem } from '@core-exit/bank-contract/server';
import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { Accounts } from '../ledger/account.ts';

/**
 * The gateway calls this route as soon as another core has paid, because the cached quote of that account is out of date. The
 * position is read from the ledger, so that a late or repeated call can only drop too much.
 */
export function quoteDropRoute(
  scope: FastifyInstance,
  accounts: Pick<Accounts, 'head'>,
  dropQuote: (accountNo: string, fromSeq: bigint) => Promise<void>,
): void {
  scope.post<{ Params: { accountNo: string } }>(
    '/internal/v1/accounts/:accountNo/quote-cache/drops',
    {
      schema: {
        summary: 'Drops the cached quote (internal scope)',
        params: AccountParams,
        response: { '4xx': Problem },
      },
    },
    async (request, reply) => {
      if (callerOf(request).kind !== 'core') return sendProblem(reply, problem('FORBIDDEN'));
      const { accountNo } = request.params;
      const head = await accounts.head(accountNo);
      if (head !== null) await dropQuote(accountNo, head.ledgerSeq);
      return reply.code(204).send();
    },
  );
}
