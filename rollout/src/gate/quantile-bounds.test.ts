import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantileBounds } from './quantile-bounds.ts';

/** One call for each time from 1 ms to n ms, so that the value of an order statistic is equal to its rank. */
const ranks = (n: number) => Array.from({ length: n }, (_, i): [number, number] => [i + 1, 1]);

// Ranks by scipy 1.17.1: binom.ppf(.05, n, q) and binom.ppf(.95, n, q) + 1.
test.each([
  [299, 0.99, 293, 299],
  [300, 0.99, 294, 300],
  [1_000, 0.99, 985, 996],
  [50_000, 0.99, 49_463, 49_537],
])('of %i samples the p%f lies between ranks %i and %i', (n, quantile, lower, upper) => {
  expect(quantileBounds(ranks(n), quantile, 0.05)).toEqual({ lower, upper });
});

test('with fewer than 299 samples a p99 has no upper bound at 95 %', () => {
  expect(quantileBounds(ranks(298), 0.99, 0.05).upper).toBe(Number.POSITIVE_INFINITY);
});

test('an empty sample has infinite bounds', () => {
  expect(quantileBounds([[5, 0]], 0.5, 0.05)).toEqual({ lower: -Infinity, upper: Infinity });
});

test('law: neither the order of the histogram nor elements with count 0 matter', () => {
  const elements = fc.array(fc.tuple(fc.nat(500), fc.nat(300)), { maxLength: 20 });
  fc.assert(
    fc.property(elements, (histogram) => {
      const reversed = histogram.toReversed().concat([[7, 0]]);
      expect(quantileBounds(reversed, 0.9, 0.05)).toEqual(quantileBounds(histogram, 0.9, 0.05));
    }),
  );
});
