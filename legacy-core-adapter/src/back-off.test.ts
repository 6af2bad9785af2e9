import { expect, it } from 'vitest';
import { backOffMs } from './back-off.ts';

it('a pause doubles with each attempt, up to the longest, for any number of attempts', () => {
  const pauses = [0, 1, 2, 3, 4, 100, Number.MAX_SAFE_INTEGER].map((attempt) =>
    backOffMs(attempt, 1, 50, 700),
  );
  expect(pauses).toEqual([50, 100, 200, 400, 700, 700, 700]);
});

it('its upper half is drawn, so that many callers do not come back together', () => {
  expect([0, 0.5, 1].map((random) => backOffMs(2, random, 50, 700))).toEqual([100, 150, 200]);
});
