import type { DayCountRow, PayoutRow, TaxRow } from './schema.ts';

export type { DayCountRow, PayoutRow, TaxRow } from './schema.ts';

export type Kind = 'payout' | 'tax' | 'day count';

/** A row that passed every check, with its file and line. */
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
    /** In units of the rounding's scale. Default: one unit. */
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

/** A treaty with its default: the rate includes local tax. */
export function treatyOf(given: { treaty?: { rate: string; includesLocalTax?: boolean } }) {
  const { treaty } = given;
  return treaty === undefined
    ? null
    : { rate: treaty.rate, includesLocalTax: treaty.includesLocalTax ?? true };
}

/** The balances that count. A balance that begins after the period cannot change an answer. */
export function balancesInForce({ given }: PayoutRow) {
  return given.balances.filter(({ from }) => from <= given.period.to);
}
