import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latencyBucket, quantile } from './latency-bucket.ts';

test.each([
  [0, 0.1],
  [0.1, 0.1],
  [0.11, 0.11],
  [3.21, 3.3],
  [10, 10],
  [10.01, 11],
  [99.5, 100],
  [2999.9, 3000],
  [5000, 5000],
])('%s ms goes into bucket %s', (ms, bucket) => expect(latencyBucket(ms)).toBe(bucket));

test('law: a bucket is at least its time, at most ten percent above it, and its own bucket', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 60_000, noNaN: true }), (ms) => {
      const bucket = latencyBucket(ms);
      expect(bucket).toBeGreaterThanOrEqual(ms * (1 - 1e-9));
      expect(bucket).toBeLessThanOrEqual(ms * 1.1 + 1e-9);
      expect(latencyBucket(bucket)).toBe(bucket);
    }),
  );
});

test('a quantile is the smallest bucket that the share of calls fits into', () => {
  const histogram: [number, number][] = [
    [30, 1],
    [10, 98],
    [20, 1],
  ];
  expect(quantile(histogram, 0.5)).toBe(10);
  expect(quantile(histogram, 0.99)).toBe(20);
  expect(quantile(histogram, 1)).toBe(30);
  expect(quantile([], 0.5)).toBeNull();
});
