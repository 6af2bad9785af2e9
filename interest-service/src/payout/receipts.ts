import type { Asked, CoreAnswer, Payout, PayoutHistory } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import { payoutBody } from '../ledger/answers.ts';
import { isTheirs, type OwnAccountDependencies } from '../ledger/own-account.ts';

/** A year of daily payouts. */
const HISTORY_LIMIT = 366;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type ReceiptFlows = {
  /** Payouts of an account, newest first, whichever core paid. */
  history(asked: Asked): Promise<CoreAnswer<PayoutHistory>>;
  receipt(asked: Asked, payoutId: string): Promise<CoreAnswer<Payout>>;
};

export function receiptFlows(deps: OwnAccountDependencies): ReceiptFlows {
  return {
    async history(asked) {
      if (!(await mayRead(deps, asked))) return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
      const receipts = await deps.ledger.receipts(asked.accountNo, HISTORY_LIMIT);
      return { ok: true, body: { payouts: receipts.map(payoutBody) } };
    },
    async receipt(asked, payoutId) {
      if (!(await mayRead(deps, asked))) return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
      const receipt = UUID.test(payoutId) ? await deps.ledger.receipt(asked.accountNo, payoutId) : null;
      if (receipt === null) return { ok: false, problem: problem('PAYOUT_NOT_FOUND') };
      return { ok: true, body: payoutBody(receipt) };
    },
  };
}

async function mayRead({ ledger, audit }: OwnAccountDependencies, asked: Asked): Promise<boolean> {
  const head = await ledger.head(asked.accountNo);
  if (head === null) return false;
  if (isTheirs(asked, head.customerId)) return true;
  await audit.foreignAccount(asked);
  return false;
}
