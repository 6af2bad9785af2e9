import type { IneligibilityReason } from '@core-exit/bank-contract/reasons';
import { type Accrual, accrue, type Closing, type Period } from './accrual.ts';
import type { BankDate } from './calendar.ts';
import { type Occasion, reasonsAgainst } from './eligibility.ts';
import type { ProductTerms, RateTable } from './product.ts';
import { roundInterest } from './rounding.ts';
import type { Standing } from './standing.ts';
import { type TaxClass, type Taxes, type TaxRules, type TaxStep, withhold } from './tax.ts';

/** Everything about an account on which an answer depends, as of a basis. */
export type AccountSnapshot = {
  accountNo: string;
  customerId: string;
  basis: { businessDate: BankDate; ledgerSeq: bigint };
  balance: bigint;
  /** First day not yet paid. */
  paidThrough: BankDate;
  paidToday: boolean;
  standing: Standing;
  terms: ProductTerms;
  rates: readonly RateTable[];
  closings: readonly Closing[];
};

export type Refusal =
  | { code: 'NOT_ELIGIBLE'; reason: IneligibilityReason; allReasons: readonly IneligibilityReason[] }
  | { code: 'ALREADY_PAID_TODAY' }
  | { code: 'NOTHING_TO_PAY' };

/**
 * The interest of an account, in units of its rounding's scale (won: whole won), and whether it may be paid.
 * `gross = net + taxes`.
 */
export type Interest = Taxes & {
  period: Period;
  /** Exact, before its one rounding. */
  accrual: Accrual;
  gross: bigint;
  net: bigint;
  taxSteps: readonly TaxStep[];
  taxClass: TaxClass;
  taxRuleVersion: string;
  refusal: Refusal | null;
};

/**
 * The one calculation of quote, payout, rehearsal and capitalisation. It is pure, so that each of them can be computed again for
 * ever. The occasion decides only whether an account may be paid, never how much.
 */
export function computeInterest(
  account: AccountSnapshot,
  taxRules: TaxRules,
  occasion: Occasion = 'on-demand',
): Interest {
  const period = { from: account.paidThrough, to: account.basis.businessDate };
  const accrual = accrue(account.terms, account.rates, account.closings, period);
  const unitsPerWon = 10n ** BigInt(account.terms.rounding.scale);
  const gross = roundInterest(accrual, account.terms.rounding);
  const { taxClass, treaty } = account.standing;
  const inWon = { numerator: gross, denominator: unitsPerWon };
  const { taxes, steps } = withhold(taxRules, taxClass, treaty, period.to, inWon);
  const incomeTax = taxes.incomeTax * unitsPerWon;
  const localTax = taxes.localTax * unitsPerWon;
  const farmTax = taxes.farmTax * unitsPerWon;
  return {
    period,
    accrual,
    gross,
    incomeTax,
    localTax,
    farmTax,
    net: gross - incomeTax - localTax - farmTax,
    taxSteps: steps,
    taxClass,
    taxRuleVersion: taxRules.version,
    refusal: refusalOf(account, gross, occasion),
  };
}

function refusalOf(account: AccountSnapshot, gross: bigint, occasion: Occasion): Refusal | null {
  const allReasons = reasonsAgainst(account.standing, account.terms, occasion);
  const [reason] = allReasons;
  if (reason !== undefined) return { code: 'NOT_ELIGIBLE', reason, allReasons };
  if (account.paidToday) return { code: 'ALREADY_PAID_TODAY' };
  return gross < account.terms.minimumPayable ? { code: 'NOTHING_TO_PAY' } : null;
}
