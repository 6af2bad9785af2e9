/** A calendar date of the bank, `YYYY-MM-DD`. Texts of this form sort as dates do. */
export type BankDate = string;

const MS_PER_DAY = 86_400_000;

/** Days since 1970-01-01: dates as plain integers, so that the cost of a period does not depend on its length. */
export function dayNumber(date: BankDate): number {
  const at = Date.parse(`${date}T00:00:00Z`);
  if (!Number.isFinite(at)) throw new RangeError(`not a calendar date: ${date}`);
  return at / MS_PER_DAY;
}

/** The date of a day number. */
export function dateOf(day: number): BankDate {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** The day after. */
export function nextDay(date: BankDate): BankDate {
  return dateOf(dayNumber(date) + 1);
}

/** Gregorian leap year. */
export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** The last day of a date's month. */
export function endOfMonth(date: BankDate): BankDate {
  const [year, month] = [yearOf(date), Number(date.slice(5, 7))];
  const firstOfNext = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
  return dateOf(dayNumber(firstOfNext) - 1);
}

/** The year a date lies in. */
export function yearOf(date: BankDate): number {
  return Number(date.slice(0, 4));
}
