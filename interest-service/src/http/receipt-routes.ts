import type {} from '@fastify/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import type { Asked } from '../../contract/index.ts';
import { Payout, PayoutHistory, Problem, problem, ROUTES } from '../../contract/index.ts';
import { AccountParams, callerOf, sendProblem } from '../../contract/server/index.ts';
import { receiptsOf } from '../db/receipts.ts';
import { payoutBody } from '../flows/answers.ts';

/** A year of daily payouts. */
const HISTORY_LIMIT = 366;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type ReceiptRoutesOptions = {
  source: DataSource;
  auditForeignAccount: (asked: Asked) => Promise<void>;
};

/** History and receipts of an account, whichever core paid. */
export function receiptRoutes(
  scope: FastifyInstance,
  { source, auditForeignAccount }: ReceiptRoutesOptions,
): void {
  scope.get<{ Params: { accountNo: string } }>(
    ROUTES.payouts,
    {
      schema: {
        summary: 'Payouts of an account, newest first',
        params: AccountParams,
        response: { 200: PayoutHistory, '4xx': Problem },
      },
    },
    async (request, reply) => {
      if (!(await mayRead(request, source, auditForeignAccount))) {
        return sendProblem(reply, problem('ACCOUNT_NOT_FOUND'));
      }
      const filter = { accountNo: request.params.accountNo, payoutId: null, limit: HISTORY_LIMIT };
      return { payouts: (await receiptsOf(source.manager, filter)).map(payoutBody) };
    },
  );
  scope.get<{ Params: { accountNo: string; payoutId: string } }>(
    ROUTES.payout,
    { schema: { summary: 'One receipt', response: { 200: Payout, '4xx': Problem } } },
    async (request, reply) => {
      const { accountNo, payoutId } = request.params;
      if (!(await mayRead(request, source, auditForeignAccount))) {
        return sendProblem(reply, problem('ACCOUNT_NOT_FOUND'));
      }
      const [receipt] = UUID.test(payoutId)
        ? await receiptsOf(source.manager, { accountNo, payoutId, limit: 1 })
        : [];
      return receipt === undefined ? sendProblem(reply, problem('PAYOUT_NOT_FOUND')) : payoutBody(receipt);
    },
  );
}

async function mayRead(
  request: FastifyRequest<{ Params: { accountNo: string } }>,
  source: DataSource,
  auditForeignAccount: (asked: Asked) => Promise<void>,
): Promise<boolean> {
  const caller = callerOf(request);
  if (caller.kind === 'operator') return true;
  const customerId = caller.kind === 'customer' ? caller.customerId : caller.onBehalfOf;
  const { accountNo } = request.params;
  const [account] = await source.query<{ customer_id: string }[]>(
    'select customer_id from core.account where account_no = $1',
    [accountNo],
  );
  if (account === undefined) return false;
  if (account.customer_id === customerId) return true;
  await auditForeignAccount({ accountNo, customerId, traceId: request.id });
  return false;
}
