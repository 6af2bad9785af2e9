import { expect, it } from 'vitest';
import { skewedLatencyMs } from './latency.ts';

it('the added latency has about the given mean, a floor, and a tail that ends', () => {
  const draws = Array.from({ length: 10_000 }, (_, i) => skewedLatencyMs(30, (i + 0.5) / 10_000));
  expect(draws.reduce((sum, ms) => sum + ms) / draws.length).toBeCloseTo(30, 0);
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(15);
  expect(Math.max(...draws)).toBeGreaterThan(120);
  expect(skewedLatencyMs(30, 1 - Number.EPSILON)).toBe(240);
});
