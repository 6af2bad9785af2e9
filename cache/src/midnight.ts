/** A moment in milliseconds since the epoch. */
export type EpochMs = number;

/** The end of a calendar day (`YYYY-MM-DD`) in a time zone, which is the first moment of the next day. */
export function endOfDay(zone: string, day: string): EpochMs {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
}
