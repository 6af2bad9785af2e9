import type { BankDate } from './calendar.ts';
import type { DayCount } from './day-count.ts';
import type { Fraction } from './decimal.ts';
import type { Rounding } from './rounding.ts';

/** `slice`: each slice of the balance at its own rate. `whole`: all of it at the rate of the tier it falls in. */
export type TierMode = 'slice' | 'whole';

/** One step of a rate table. The upper edge belongs to the tier (이하); null = no upper edge. */
export type Tier = { upTo: bigint | null; annualRate: Fraction };

/** Posted rates in force from a day on, until the next table's first day. Tiers rise. */
export type RateTable = { from: BankDate; tiers: readonly Tier[] };

/** Terms of a product as in force on the day of the payout; they decide for the whole period. */
export type ProductTerms = {
  productCode: string;
  dayCount: DayCount;
  tierMode: TierMode;
  rounding: Rounding;
  /** Interest below this amount is not paid and keeps accumulating. At least one unit of the rounding's scale. */
  minimumPayable: bigint;
  /** Day of the month on which uncollected interest is capitalised; null: only on demand. */
  capitalisationDay: number | null;
  corporateAllowed: boolean;
  paysUnderWithdrawalStop: boolean;
};
