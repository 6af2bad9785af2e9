import { expect, it } from 'vitest';
import { dateIn, nextMidnight } from './midnight.ts';

it('ends the day at midnight in Seoul, whatever the UTC date', () => {
  const justBefore = Date.parse('2026-11-20T14:59:59.999Z');
  expect(dateIn('Asia/Seoul', justBefore)).toBe('2026-11-20');
  expect(nextMidnight('Asia/Seoul', justBefore)).toBe(Date.parse('2026-11-20T15:00:00Z'));
  expect(dateIn('Asia/Seoul', justBefore + 1)).toBe('2026-11-21');
  expect(nextMidnight('Asia/Seoul', justBefore + 1)).toBe(Date.parse('2026-11-21T15:00:00Z'));
});

it('follows a zone with daylight saving', () => {
  const eve = Date.parse('2026-03-29T00:30:00+01:00');
  expect(nextMidnight('Europe/Berlin', eve) - eve).toBe(22.5 * 3_600_000);
});
