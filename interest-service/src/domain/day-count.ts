import { type BankDate, dayNumber, isLeapYear, yearOf } from './calendar.ts';

/** The day count convention, an attribute of the product. */
export type DayCount = 'ACT/365F' | 'ACT/ACT' | 'ACT/360' | '30/360' | '30E/360';

type Rule = {
  /** A year is this many units, so a period is an exact integer over it. */
  unitsPerYear: bigint;
  /** Units of a day, if all days have the same number of units; otherwise units are counted and not days. */
  unitsPerDay: bigint | null;
  /**
   * Units from the first day of a period to a later day. Segments of a period are differences of it, so extending
   * a period day by day and computing it at once are the same under every convention.
   */
  unitsSince(start: BankDate, day: BankDate): bigint;
};

const COMMON_YEAR = 365n;
const LEAP_YEAR = 366n;

const actualDays = (start: BankDate, day: BankDate): bigint => BigInt(dayNumber(day) - dayNumber(start));

/**
 * Each day over 365 or 366, by its own year (2006 ISDA Definitions 4.16(b), ACT/ACT). Units are counted over the product of
 * both, so that they stay integers.
 */
function actualActual(start: BankDate, day: BankDate): bigint {
  let units = 0n;
  for (let year = yearOf(start); year <= yearOf(day); year += 1) {
    const from = start > `${year}-01-01` ? start : `${year}-01-01`;
    const to = day < `${year + 1}-01-01` ? day : `${year + 1}-01-01`;
    units += actualDays(from, to) * (isLeapYear(year) ? COMMON_YEAR : LEAP_YEAR);
  }
  return units;
}

/** Months of thirty days (2006 ISDA Definitions 4.16(f), 30/360): the last 31st counts as the 30th only after a 30th or 31st. */
function thirty360(start: BankDate, day: BankDate): bigint {
  const [y1, m1, d1] = partsOf(start);
  const [y2, m2, d2] = partsOf(day);
  const first = Math.min(d1, 30);
  const last = first === 30 ? Math.min(d2, 30) : d2;
  return BigInt((y2 - y1) * 360 + (m2 - m1) * 30 + (last - first));
}

/** Months of thirty days (2006 ISDA Definitions 4.16(g), 30E/360): the 31st counts as the 30th on either side. */
function thirtyE360(start: BankDate, day: BankDate): bigint {
  const [y1, m1, d1] = partsOf(start);
  const [y2, m2, d2] = partsOf(day);
  return BigInt((y2 - y1) * 360 + (m2 - m1) * 30 + (Math.min(d2, 30) - Math.min(d1, 30)));
}

function partsOf(date: BankDate): [year: number, month: number, day: number] {
  return [yearOf(date), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
}

export const DAY_COUNTS = {
  'ACT/365F': { unitsPerYear: COMMON_YEAR, unitsPerDay: 1n, unitsSince: actualDays },
  'ACT/ACT': { unitsPerYear: COMMON_YEAR * LEAP_YEAR, unitsPerDay: null, unitsSince: actualActual },
  'ACT/360': { unitsPerYear: 360n, unitsPerDay: 1n, unitsSince: actualDays },
  '30/360': { unitsPerYear: 360n, unitsPerDay: 1n, unitsSince: thirty360 },
  '30E/360': { unitsPerYear: 360n, unitsPerDay: 1n, unitsSince: thirtyE360 },
} as const satisfies Record<DayCount, Rule>;

/** Days of `[start, end)` as the convention counts them: of thirty-day months, or of the calendar. */
export function daysOf(dayCount: DayCount, start: BankDate, end: BankDate): bigint {
  const { unitsPerDay, unitsSince } = DAY_COUNTS[dayCount];
  return unitsPerDay === null ? actualDays(start, end) : unitsSince(start, end);
}
