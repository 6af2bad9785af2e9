import { expect, test } from 'vitest';
import { latencyReport } from './latency.ts';

type Histogram = [number, number][];
const latency = (legacy: Histogram, fresh: Histogram) => {
  const core = (histogram: Histogram) => ({ n: histogram.reduce((sum, [, n]) => sum + n, 0), histogram });
  return { latency: { legacy: core(legacy), new: core(fresh) } };
};

test('a p99 has an upper bound from 299 calls on, and none with fewer', () => {
  const of = (n: number) => latencyReport(latency([[100, n]], [[20, n]])).quantiles[1];
  expect(of(298)).toMatchObject({
    quantile: 0.99,
    legacy: { lower: 100, upper: null },
    new: { upper: null },
    ratio: { upper: null },
  });
  expect(of(298)?.ratio.lower).toBe(0); // the legacy core's time has no upper bound yet
  expect(of(299)).toMatchObject({ legacy: { lower: 100, upper: 100 }, ratio: { lower: 0.2, upper: 0.2 } });
});

test('the quantile is between its bounds, and the ratio is between the bounds of both', () => {
  const legacy = Array.from({ length: 100 }, (_, i): [number, number] => [i + 1, 10]);
  const fresh = Array.from({ length: 100 }, (_, i): [number, number] => [(i + 1) / 2, 10]);
  const [p50] = latencyReport(latency(legacy, fresh)).quantiles;
  expect(p50?.legacy.lower).toBeGreaterThan(45);
  expect(p50?.legacy.lower).toBeLessThanOrEqual(50);
  expect(p50?.legacy.upper).toBeGreaterThanOrEqual(50);
  expect(p50?.legacy.upper).toBeLessThan(55);
  expect(p50?.ratio.lower).toBeLessThan(0.5);
  expect(p50?.ratio.upper).toBeGreaterThan(0.5);
});

test('the bounds of times in buckets are the edges of the bucket', () => {
  const { latency: times } = latency(
    [
      [90, 1],
      [100, 999],
    ],
    [
      [18, 1],
      [20, 999],
    ],
  );
  const bucketed = { legacy: { ...times.legacy, bucketed: true }, new: { ...times.new, bucketed: true } };
  expect(latencyReport({ latency: bucketed }).quantiles[1]).toMatchObject({
    legacy: { lower: 90, upper: 100 },
    new: { lower: 18, upper: 20 },
    ratio: { lower: 0.18, upper: 20 / 90 },
  });
});

test('without calls there are no bounds', () => {
  const unknown = { lower: null, upper: null };
  for (const { legacy, new: fresh, ratio } of latencyReport(latency([], [])).quantiles) {
    expect([legacy, fresh, ratio]).toEqual([unknown, unknown, unknown]);
  }
});
