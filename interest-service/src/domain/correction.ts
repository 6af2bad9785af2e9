import { type AccountSnapshot, computeInterest } from './interest.ts';
import { type Line, type PayoutAmounts, payoutLines } from './postings.ts';
import type { TaxRules } from './tax.ts';

/** A payout as its receipt keeps it: what was paid, and from which state. */
export type PaidPayout = PayoutAmounts & {
  period: { from: string; to: string };
  /** The tax snapshot of the day of payment. */
  taxRuleVersion: string;
};

/** What a paid period comes to now, less what was paid for it. Any of it may be negative; `gross = net + taxes` holds. */
export type Correction = PayoutAmounts & { originalPeriod: { from: string; to: string }; lines: Line[] };

/**
 * A back-dated movement (기산일) changed closings of a period that was already paid. The receipt stays as it is; the
 * *difference* is posted today, assessed under the rules of the original day of payment. `asItWasPaid` is the account
 * with the closings as they are now, but standing, terms, period and tax rules as they were on that day. Null: the
 * period comes to the same.
 */
export function correctPaidPeriod(
  paid: PaidPayout,
  asItWasPaid: AccountSnapshot,
  taxRulesThen: TaxRules,
): Correction | null {
  if (taxRulesThen.version !== paid.taxRuleVersion) {
    throw new RangeError(`paid under tax rules ${paid.taxRuleVersion}, asked with ${taxRulesThen.version}`);
  }
  const account = {
    ...asItWasPaid,
    paidThrough: paid.period.from,
    basis: { ...asItWasPaid.basis, businessDate: paid.period.to },
  };
  const now = computeInterest(account, taxRulesThen);
  const difference: PayoutAmounts = {
    gross: now.gross - paid.gross,
    incomeTax: now.incomeTax - paid.incomeTax,
    localTax: now.localTax - paid.localTax,
    farmTax: now.farmTax - paid.farmTax,
    net: now.net - paid.net,
  };
  const lines = payoutLines(difference);
  return lines.length === 0 ? null : { ...difference, originalPeriod: paid.period, lines };
}

/**
 * Takes a payout back: every line of the original mirrored, with the original's own tax snapshot, so that nothing is
 * assessed anew (in a later month the tax is a negative line of that month's remittance, 국세기본법 51조 5항).
 */
export function reversePayout(original: readonly Line[]): Line[] {
  return original.map((line) => ({ ...line, amount: -line.amount }));
}
