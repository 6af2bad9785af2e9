import { expect, it } from 'vitest';
import { endOfDay } from './midnight.ts';

it('ends the day at midnight of the zone, which has another date in UTC', () => {
  expect(endOfDay('Asia/Tokyo', '2026-11-20')).toBe(Date.parse('2026-11-20T15:00:00Z'));
  expect(endOfDay('Asia/Tokyo', '2026-12-31')).toBe(Date.parse('2026-12-31T15:00:00Z'));
});

it('follows daylight saving time', () => {
  const begin = Date.parse('2026-03-29T00:00:00+01:00');
  expect(endOfDay('Europe/Berlin', '2026-03-29') - begin).toBe(23 * 3_600_000);
});
