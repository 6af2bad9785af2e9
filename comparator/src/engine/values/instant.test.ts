import { expect, test } from 'vitest';
import { equal, plain } from './decimal.ts';
import { durationSeconds, instantOf } from './instant.ts';

test.each([
  ['2026-01-02T00:00:00Z', '2026-01-02T09:00:00+09:00'],
  ['2026-01-02T00:00:00.5Z', '2026-01-01T23:30:00.500000-00:30'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
  ['1969-12-31T23:59:59.25Z', '1970-01-01 00:59:59,25+01'],
])('%s and %s are the same instant', (a, b) => {
  const [left, right] = [instantOf(a), instantOf(b)];
  expect(left !== null && right !== null && equal(left.seconds, right.seconds)).toBe(true);
});

test.each(['2026-02-30', '2026-13-01', '2026-01-01T24:00:00Z', '20260101', '2026-01-01T00:00:00+25:00', '1'])(
  '%s is no instant',
  (text) => expect(instantOf(text)).toBeNull(),
);

test('an instant with a zone, one without a zone and a date are three forms', () => {
  const forms = ['2026-01-01T00:00:00Z', '2026-01-01T00:00', '2026-01-01'].map((t) => instantOf(t)?.form);
  expect(forms).toEqual(['zoned', 'local', 'date']);
});

test.each([
  ['PT1S', '1'],
  ['PT0.001S', '0.001'],
  ['P1DT1H1M1S', '90061'],
  ['P2W', '1209600'],
  ['PT0S', '0'],
])('%s is %s seconds', (text, seconds) => {
  const found = durationSeconds(text);
  expect(found && plain(found)).toBe(seconds);
});

test.each(['P', 'PT', 'P1M', 'P1Y', '1S', '-PT1S', 'PT1', 'P1S', 'PT1.5H', ''])(
  '%s is not a duration of fixed length',
  (text) => expect(durationSeconds(text)).toBeNull(),
);
