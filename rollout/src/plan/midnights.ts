/**
 * Whether a text names a time zone of the IANA database, e.g. `Europe/Berlin`. An offset such as `+09:00` is refused,
 * because it has no daylight saving time and no history.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The number of calendar days that began in a time zone after `from` and up to `to`. Days are counted and not hours,
 * because a day with a change of daylight saving time has 23 or 25 hours and may begin at 01:00.
 */
export function midnightsBetween(from: Date, to: Date, timeZone: string): number {
  if (to <= from) return 0;
  return dayOf(from, timeZone).until(dayOf(to, timeZone), { largestUnit: 'days' }).days;
}

function dayOf(at: Date, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
}
