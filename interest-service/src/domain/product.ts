import type { BankDate } from './calendar.ts';
import type { DayCount } from './day-count.ts';
import type { Fraction } from './decimal.ts';
import type { RoundingMode } from './rounding.ts';

/** `slice`: each slice of the balance at its own rate. `whole`: all of it at the rate of the tier it falls in. */
export type TierMode = 'slice' | 'whole';

/** One step of a rate table. The upper edge belongs to the tier (이하); null = no upper edge. */
export type Tier = { upTo: bigint | null; annualRate: Fraction };

/** Posted rates in force from a day on, until the next table's first day. Tiers rise. */
export type RateTable = { from: BankDate; tiers: readonly Tier[] };

/** Terms of a product as in force on the day of the payout. */
export type ProductTerms = {
  productCode: string;
  dayCount: DayCount;
  tierMode: TierMode;
  rounding: RoundingMode;
  corporateAllowed: boolean;
  paysUnderWithdrawalStop: boolean;
};
