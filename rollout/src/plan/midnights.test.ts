import { expect, test } from 'vitest';
import { isTimeZone, midnightsBetween } from './midnights.ts';

test.each([
  ['UTC', '2026-01-02T23:59:59.999Z', '2026-01-03T00:00:00Z', 1],
  ['UTC', '2026-01-03T00:00:00Z', '2026-01-03T23:59:59.999Z', 0],
  ['UTC', '2026-01-03T00:00:00Z', '2026-01-06T00:00:00Z', 3],
  ['UTC', '2026-01-06T00:00:00Z', '2026-01-03T00:00:00Z', 0],
  ['UTC', '2024-12-31T00:00:00Z', '2026-01-01T00:00:00Z', 366],
  // Daylight saving time: 23:00 UTC is midnight in winter, 22:00 UTC in summer.
  ['Europe/Berlin', '2026-03-28T22:59:59Z', '2026-03-28T23:00:00Z', 1],
  ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z', 0], // a day of 23 hours
  ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 1],
  ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T22:59:59Z', 0], // a day of 25 hours
  ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 1],
  // The day begins at 01:00, because the clock goes from 00:00 to 01:00.
  ['Africa/Cairo', '2026-04-23T21:59:59Z', '2026-04-23T22:00:00Z', 1],
  // Half an hour: midnight is at 18:30 UTC.
  ['Asia/Kolkata', '2026-01-02T18:29:59Z', '2026-01-02T18:30:00Z', 1],
  ['Asia/Kolkata', '2026-01-02T18:30:00Z', '2026-01-03T18:29:59Z', 0],
  ['Asia/Kolkata', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z', 1],
])('%s from %s to %s: %i midnights', (timeZone, from, to, midnights) => {
  expect(midnightsBetween(new Date(from), new Date(to), timeZone)).toBe(midnights);
});

test.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires'])(
  '%s is a time zone',
  (name) => {
    expect(isTimeZone(name)).toBe(true);
  },
);

test.each(['', 'Mars/Olympus', '+09:00', '-0330', 'Europe/Berlin '])('"%s" is not a time zone', (name) => {
  expect(isTimeZone(name)).toBe(false);
});
