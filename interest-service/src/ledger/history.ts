import type { BankDate } from '../domain/calendar.ts';
import type { Occasion } from '../domain/eligibility.ts';
import type { ProductTerms, RateTable } from '../domain/product.ts';
import type { Standing } from '../domain/standing.ts';

/** Everything that the books have about one account. It is not checked yet. */
export type AccountHistory = {
  accountNo: string;
  customerId: string;
  productCode: string;
  openedOn: BankDate;
  /** The head: what the entries must add up to. */
  head: { balance: bigint; lastSeq: bigint; paidThrough: BankDate };
  /** Ascending by seq. */
  entries: readonly Entry[];
  standings: readonly { seq: bigint; standing: Standing }[];
  receipts: readonly PaidReceipt[];
  reversals: readonly Effect[];
  corrections: readonly Effect[];
  /** End-of-day balances by value date, ascending. */
  closings: readonly { day: BankDate; closing: bigint }[];
  /** Lines of entries that do not exist. */
  strayLines: readonly { seq: bigint; line: LedgerLine }[];
};

export type Entry = {
  seq: bigint;
  kind: string;
  amount: bigint;
  balanceAfter: bigint;
  valueDate: BankDate;
  businessDate: BankDate;
  /** Written together with the opening entry: history from another system, which had other rules. */
  takenOver: boolean;
  lines: readonly LedgerLine[];
};

export type LedgerLine = { glCode: string; amount: bigint };

export type Amounts = { gross: bigint; incomeTax: bigint; localTax: bigint; farmTax: bigint; net: bigint };

export type PaidReceipt = Amounts & {
  payoutId: string;
  seq: bigint;
  basisSeq: bigint;
  businessDate: BankDate;
  period: { from: BankDate; to: BankDate };
  balanceAfter: bigint;
  taxClass: string;
  taxRuleVersion: string;
  occasion: Occasion;
};

/** A later change of a payout: taken back as a whole, or corrected by a difference. */
export type Effect = Amounts & {
  payoutId: string;
  seq: bigint;
  businessDate: BankDate;
  balanceAfter: bigint;
  /** A reversal opens the period again from this day; null for a correction. */
  reopenedFrom: BankDate | null;
};

/** The terms and rates of all products, each with the first day on which it is in force. */
export type Products = ReadonlyMap<string, { terms: readonly DatedTerms[]; rates: readonly RateTable[] }>;

/** Ascending by `from`. */
type DatedTerms = { from: BankDate; terms: ProductTerms };
