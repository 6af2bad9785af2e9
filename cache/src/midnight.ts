/** A moment as milliseconds since the epoch. */
export type EpochMs = number;

/** The calendar date of a moment in a time zone, `YYYY-MM-DD`. */
export function dateIn(zone: string, at: EpochMs): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The first moment of the next day in a time zone, after `at`. */
export function nextMidnight(zone: string, at: EpochMs): EpochMs {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return today.add({ days: 1 }).startOfDay().epochMilliseconds;
}
