import { type AccountSnapshot, computeInterest } from './interest.ts';
import { type Line, type PayoutAmounts, payoutLines } from './postings.ts';
import type { TaxRules } from './tax.ts';

/** A payout as its receipt has it: the paid amounts and the state from which they were computed. */
export type PaidPayout = PayoutAmounts & {
  period: { from: string; to: string };
  /** The tax snapshot of the day of payment. */
  taxRuleVersion: string;
};

/** The present interest of a paid period, less what was paid for it. Any amount may be negative; `gross = net + taxes` holds. */
export type Correction = PayoutAmounts & { originalPeriod: { from: string; to: string }; lines: Line[] };

/**
 * A back-dated movement (기산일) changed closings of a period that was already paid. The receipt stays as it is; the
 * *difference* is posted today, assessed under the rules of the original day of payment. `asItWasPaid` is the account
 * with the closings as they are now, but standing, terms, period and tax rules as they were on that day. Null: the
 * interest of the period is the same.
 */
export function correctPaidPeriod(
  paid: PaidPayout,
  asItWasPaid: AccountSnapshot,
  taxRulesThen: TaxRules,
): Correction | null {
  if (taxRulesThen.version !== paid.taxRuleVersion) {
    throw new RangeError(
      `the payout was made under tax rules ${paid.taxRuleVersion}, not under ${taxRulesThen.version}`,
    );
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
 * Takes a payout back: mirrors every line of the original, with the tax snapshot of the original, so that no tax is assessed
 * again (in a later month the tax is a negative line of that month's remittance, 국세기본법 51조 5항).
 */
export function reversePayout(original: readonly Line[]): Line[] {
  return original.map((line) => ({ ...line, amount: -line.amount }));
}
