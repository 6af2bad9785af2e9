import type { AccountSnapshot, Interest } from '../domain/interest.ts';
import { type Line, payoutLines } from '../domain/postings.ts';

/** A payout as its receipt keeps it, whichever core made the payout. */
export type Receipt = Omit<Interest, 'refusal' | 'accrual' | 'taxSteps'> & {
  payoutId: string;
  accountNo: string;
  customerId: string;
  idempotencyKey: string;
  requestHash: string;
  memo: string | null;
  businessDate: string;
  basisSeq: bigint;
  balanceAfter: bigint;
  /** RFC 3339 with the KST offset. */
  paidAt: string;
};

/** What a payout adds to the ledger. The ledger itself gives position, balance and time. */
export type NewPayout = Omit<Receipt, 'balanceAfter' | 'paidAt'> & { lines: Line[] };

/** The payout of an account at its basis. */
export function newPayout(
  account: AccountSnapshot,
  { refusal: _refusal, accrual: _accrual, taxSteps: _steps, ...interest }: Interest,
  document: Pick<NewPayout, 'payoutId' | 'idempotencyKey' | 'requestHash' | 'memo'>,
): NewPayout {
  return {
    ...interest,
    ...document,
    accountNo: account.accountNo,
    customerId: account.customerId,
    businessDate: account.basis.businessDate,
    basisSeq: account.basis.ledgerSeq,
    lines: payoutLines(interest),
  };
}

/** Idempotency keys of scheduled payouts begin so. No customer's key has a slash, so the two kinds never collide. */
export const CAPITALISATION_KEY_PREFIX = 'capitalisation/';
