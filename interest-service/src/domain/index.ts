/**
 * Interest, tax and eligibility of Korean demand deposits, pure and exact. test-cases runs these functions in its own process;
 * services use HTTP instead.
 */
export type { Closing, Period } from './accrual.ts';
export { DAY_COUNTS, type DayCount, daysOf } from './day-count.ts';
export { type Fraction, formatFraction, parseDecimal } from './decimal.ts';
export { type AccountSnapshot, computeInterest, type Interest, type Refusal } from './interest.ts';
export type { ProductTerms, RateTable, Tier, TierMode } from './product.ts';
export type { Rounding, RoundingMode } from './rounding.ts';
export type { AccountStatus, CustomerStatus, Hold, Standing } from './standing.ts';
export { type TaxClass, type TaxRules, type Treaty, withhold } from './tax.ts';
