import type { AccountRequest, CoreAnswer, Payout, PayoutHistory } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import { payoutLines } from '../domain/postings.ts';
import { amountsBody, basisBody, postingBody } from '../ledger/contract-bodies.ts';
import { mayRead, type OwnAccountDependencies } from '../ledger/own-account.ts';
import type { Receipt } from '../ledger/receipt.ts';

/** A year of daily payouts. */
const HISTORY_LIMIT = 366;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Receipts {
  /** Receipts of an account, newest first. */
  ofAccount(accountNo: string, limit: number): Promise<Receipt[]>;
  find(accountNo: string, payoutId: string): Promise<Receipt | null>;
}

export type ReceiptFlows = {
  /** Payouts of an account, newest first, whichever core paid. */
  history(request: AccountRequest): Promise<CoreAnswer<PayoutHistory>>;
  receipt(request: AccountRequest, payoutId: string): Promise<CoreAnswer<Payout>>;
};

export function receiptFlows(deps: OwnAccountDependencies & { receipts: Receipts }): ReceiptFlows {
  return {
    async history(request) {
      if (!(await isOwnAccount(deps, request))) return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
      const receipts = await deps.receipts.ofAccount(request.accountNo, HISTORY_LIMIT);
      return { ok: true, body: { payouts: receipts.map(payoutBody) } };
    },
    async receipt(request, payoutId) {
      if (!(await isOwnAccount(deps, request))) return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
      const receipt = UUID.test(payoutId) ? await deps.receipts.find(request.accountNo, payoutId) : null;
      if (receipt === null) return { ok: false, problem: problem('PAYOUT_NOT_FOUND') };
      return { ok: true, body: payoutBody(receipt) };
    },
  };
}

async function isOwnAccount(
  { accounts, accessLog }: OwnAccountDependencies,
  request: AccountRequest,
): Promise<boolean> {
  const head = await accounts.head(request.accountNo);
  if (head === null) return false;
  if (mayRead(request, head.customerId)) return true;
  await accessLog.foreignAccount(request);
  return false;
}

/** The answer of a payout. It is built from the receipt alone, so that the first answer and every replay are the same. */
export function payoutBody(receipt: Receipt): Payout {
  return {
    payoutId: receipt.payoutId,
    paidAt: receipt.paidAt,
    accountNo: receipt.accountNo,
    businessDate: receipt.businessDate,
    period: receipt.period,
    ...amountsBody(receipt),
    memo: receipt.memo,
    balanceAfter: String(receipt.balanceAfter),
    postings: payoutLines(receipt).map(postingBody),
    basis: basisBody({ businessDate: receipt.businessDate, ledgerSeq: receipt.basisSeq }),
  };
}
