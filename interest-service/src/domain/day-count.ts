import { type BankDate, dayNumber, isLeapYear, yearOf } from './calendar.ts';

/** How days turn into parts of a year: a product attribute. */
export type DayCount = 'ACT/365F' | 'ACT/ACT' | 'ACT/360' | '30/360';

type Rule = {
  /** A year is this many units, so a period is an exact integer over it. */
  unitsPerYear: bigint;
  /** Units of the half-open period `[from, to)`. Additive: splitting a period changes nothing. */
  units(from: BankDate, to: BankDate): bigint;
};

const DAYS_OF_COMMON_YEAR = 365n;
const DAYS_OF_LEAP_YEAR = 366n;

/** Each day over 365 or 366 by its own year (ISDA): counted over the product of both, to stay an integer. */
function actualActual(from: BankDate, to: BankDate): bigint {
  let units = 0n;
  for (let year = yearOf(from); year <= yearOf(to); year += 1) {
    const start = from > `${year}-01-01` ? from : `${year}-01-01`;
    const end = to < `${year + 1}-01-01` ? to : `${year + 1}-01-01`;
    if (start >= end) continue;
    const days = BigInt(dayNumber(end) - dayNumber(start));
    units += days * (isLeapYear(year) ? DAYS_OF_COMMON_YEAR : DAYS_OF_LEAP_YEAR);
  }
  return units;
}

const actualDays = (from: BankDate, to: BankDate): bigint => BigInt(dayNumber(to) - dayNumber(from));

/** Months of thirty days; the 31st counts as the 30th on either side (30E/360), which keeps it additive. */
function thirtyDayMonths(date: BankDate): bigint {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return BigInt(year * 360 + month * 30 + Math.min(day, 30));
}

export const DAY_COUNTS = {
  'ACT/365F': { unitsPerYear: 365n, units: actualDays },
  'ACT/ACT': { unitsPerYear: DAYS_OF_COMMON_YEAR * DAYS_OF_LEAP_YEAR, units: actualActual },
  'ACT/360': { unitsPerYear: 360n, units: actualDays },
  '30/360': { unitsPerYear: 360n, units: (from, to) => thirtyDayMonths(to) - thirtyDayMonths(from) },
} as const satisfies Record<DayCount, Rule>;
