import type { BankDate } from '../domain/calendar.ts';
import type { Occasion } from '../domain/eligibility.ts';
import type { ProductTerms, RateTable } from '../domain/product.ts';
import type { Standing } from '../domain/standing.ts';

/** Everything the books hold about one account, as it stands there: nothing in it has been checked. */
export type AccountHistory = {
  accountNo: string;
  customerId: string;
  productCode: string;
  openedOn: BankDate;
  /** The head: what the entries must come to. */
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
  /** Written together with the opening entry: history of an account that was taken over, whose rules were others. */
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

/** What happened to a payout later: taken back whole, or corrected by a difference. */
export type Effect = Amounts & {
  payoutId: string;
  seq: bigint;
  businessDate: BankDate;
  balanceAfter: bigint;
  /** A reversal opens the period again from here; a correction opens nothing. */
  reopenedFrom: BankDate | null;
};

/** The terms and rates of all products, with the days they hold from. */
export type Products = ReadonlyMap<string, { terms: readonly DatedTerms[]; rates: readonly RateTable[] }>;

/** Ascending by `from`. */
type DatedTerms = { from: BankDate; terms: ProductTerms };
