import type { Line, PayoutAmounts } from '../domain/postings.ts';
import type { TaxClass } from '../domain/tax.ts';

/** An account under its lock, as it was read after the wait. */
export type LockedAccount = {
  customerId: string;
  balance: bigint;
  ledgerSeq: bigint;
  businessDate: string;
  isClosed: boolean;
};

/** A payout by either core as it stands now: the amounts of its receipt with the differences posted since. */
export type StandingPayout = PayoutAmounts & {
  payoutId: string;
  seq: bigint;
  basisSeq: bigint;
  businessDate: string;
  period: { from: string; to: string };
  taxClass: TaxClass;
  taxRuleVersion: string;
  /** Of the receipt and its corrections together, by GL code. */
  lines: Line[];
  /** Of the receipt alone. */
  receipt: PayoutAmounts;
  isReversed: boolean;
  /** The last payout of the account, if it is later than this one and was not taken back. */
  laterPayoutId: string | null;
};
