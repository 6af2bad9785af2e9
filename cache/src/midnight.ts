/** A moment as milliseconds since the epoch. */
export type EpochMs = number;

/** The moment a calendar day (`YYYY-MM-DD`) ends in a time zone: the first one of the next day. */
export function endOfDay(zone: string, day: string): EpochMs {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
}
