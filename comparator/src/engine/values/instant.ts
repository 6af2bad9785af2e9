import { type Decimal, decimal } from './decimal.ts';

/**
 * A point in time with all digits of its seconds. Only instants of the same `form` can be subtracted: `zoned` has a time
 * zone, `local` has none, and `date` has no time of day.
 */
export type Instant = { form: 'zoned' | 'local' | 'date'; seconds: Decimal };

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,30}))?)?([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** Reads a date, or a date and time, of ISO 8601 and RFC 3339. Null for any other text and for 30 February. */
export function instantOf(text: string): Instant | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = match;
  const numbers = [year, month, day, hour ?? '0', minute ?? '0', second].map(Number);
  const whole = epochSeconds(numbers as [number, number, number, number, number, number]);
  const offset = offsetSeconds(zone);
  if (whole === null || offset === null) return null;
  const units = BigInt(whole - offset) * 10n ** BigInt(fraction.length) + BigInt(fraction || '0');
  const seconds = decimal(`${units}e-${fraction.length}`) as Decimal;
  return { form: hour === undefined ? 'date' : zone === undefined ? 'local' : 'zoned', seconds };
}

/** A leap second (:60) counts as the next second. 24:00 is not valid in RFC 3339. */
function epochSeconds([y, mo, d, h, mi, s]: [number, number, number, number, number, number]): number | null {
  if (h > 23 || mi > 59 || s > 60) return null;
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d); // because Date.UTC reads the years 0 to 99 as 1900 to 1999
  if (date.getUTCMonth() !== mo - 1 || date.getUTCDate() !== d) return null;
  return date.getTime() / 1_000 + h * 3_600 + mi * 60 + s;
}

function offsetSeconds(zone: string | undefined): number | null {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', '') || '0')];
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60);
}

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?$/;
const UNIT_SECONDS = [604_800n, 86_400n, 3_600n, 60n, 1n];

/** The seconds of an ISO 8601 duration. Null for any other text, and for years and months, whose length is not fixed. */
export function durationSeconds(text: string): Decimal | null {
  const match = DURATION.exec(text);
  if (match === null || text === 'P' || text.length > 100) return null;
  const fraction = match[6] ?? '';
  const whole = UNIT_SECONDS.reduce((sum, unit, i) => sum + unit * BigInt(match[i + 1] ?? '0'), 0n);
  const units = whole * 10n ** BigInt(fraction.length) + BigInt(fraction || '0');
  return decimal(`${units}e-${fraction.length}`);
}
