import { expect, test } from 'vitest';
import { nextSince } from './stay.ts';

const last = { stage: 'shadow', since: '2026-01-02T00:00:00.005Z' };

test('a stay begins at the time of the clock', () => {
  expect(nextSince(null, new Date('2026-01-02T00:00:00Z'))).toBe('2026-01-02T00:00:00.000Z');
  expect(nextSince(last, new Date('2026-01-02T00:00:01Z'))).toBe('2026-01-02T00:00:01.000Z');
});

test('a stay begins after the one before it, also if the clock was set back', () => {
  expect(nextSince(last, new Date('2026-01-01T00:00:00Z'))).toBe('2026-01-02T00:00:00.006Z');
  expect(nextSince(last, new Date(last.since))).toBe('2026-01-02T00:00:00.006Z');
});
