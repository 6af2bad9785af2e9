import type { DayCountRow, PayoutRow, TaxRow } from './schema.ts';

export type { DayCountRow, PayoutRow, TaxRow } from './schema.ts';

export type Kind = 'payout' | 'tax' | 'day count';

/** A row that passed every check, and where it stands. */
export type Case = { file: string; line: number } & (
  | { kind: 'payout'; row: PayoutRow }
  | { kind: 'tax'; row: TaxRow }
  | { kind: 'day count'; row: DayCountRow }
);

/** The product of a row with its defaults. */
export function productOf({ given }: PayoutRow) {
  const { product } = given;
  const rounding = product.rounding ?? { scale: 0, mode: 'floor' as const };
  return {
    ...product,
    rounding,
    /** In units of the rounding's scale; without one a single unit. */
    minimumPayable: product.minimumPayable,
    corporateAllowed: product.corporateAllowed ?? true,
    paysUnderWithdrawalStop: product.paysUnderWithdrawalStop ?? false,
  };
}

/** The standing of a row with its defaults. */
export function standingOf({ given }: PayoutRow) {
  return {
    accountStatus: given.accountStatus ?? 'active',
    customerStatus: given.customerStatus ?? 'active',
    holds: given.holds ?? [],
  } as const;
}

/** A treaty with its default: local tax is within the rate. */
export function treatyOf(given: { treaty?: { rate: string; includesLocalTax?: boolean } }) {
  const { treaty } = given;
  return treaty === undefined
    ? null
    : { rate: treaty.rate, includesLocalTax: treaty.includesLocalTax ?? true };
}

/** Balances that count: those that begin after the period cannot change any answer. */
export function balancesInForce({ given }: PayoutRow) {
  return given.balances.filter(({ from }) => from <= given.period.to);
}
