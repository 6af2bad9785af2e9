import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerBound, pairsNeeded, upperBound } from './binomial.ts';

/** n, k, alpha, upper, lower: roots of the regularised incomplete beta function by mpmath 1.3.0 with 40 digits, rounded. */
const BY_MPMATH: [number, number, number, number, number][] = [
  [1, 0, 0.05, 0.95, 0],
  [10, 0, 0.05, 0.2588655508930523, 0],
  [10, 1, 0.05, 0.39416330243650477, 0.005116196891823701],
  [10, 9, 0.05, 0.9948838031081763, 0.6058366975634952],
  [299, 0, 0.05, 0.00996914679289927, 0],
  [300, 1, 0.0125, 0.02107999814922068, 4.192839500314262e-5],
  [300, 7, 0.0125, 0.051337914701008874, 0.0081707490175385],
  [1_000, 20, 0.0125, 0.03237577318261453, 0.011382065111797054],
  [2_995, 0, 0.05, 0.0009997444209011424, 0],
  [43_819, 0, 0.0125, 9.999788982664708e-5, 0],
  [43_819, 1, 0.0125, 0.00014561112594012841, 2.870622424385157e-7],
  [43_819, 3, 0.0125, 0.0002222433267674608, 1.0819668430645974e-5],
  [438_201, 12, 0.0125, 5.107363916221702e-5, 1.2781446036005462e-5],
  [1_000_000, 500, 0.0125, 0.0005524904469090401, 0.00045123804876191027],
  [1_000_000, 1, 0.001, 9.233375465291698e-6, 1.000500333083033e-9],
];

test.each(BY_MPMATH)(
  'n=%i k=%i alpha=%f: the bounds differ from mpmath by less than 1e-9 of their value',
  (n, k, alpha, upper, lower) => {
    expect(Math.abs(upperBound(n, k, alpha) / upper - 1)).toBeLessThan(1e-9);
    if (lower > 0) expect(Math.abs(lowerBound(n, k, alpha) / lower - 1)).toBeLessThan(1e-9);
    else expect(lowerBound(n, k, alpha)).toBe(0);
  },
);

test('without a pair, or if all pairs differ, the upper bound is 1', () => {
  expect(upperBound(0, 0, 0.05)).toBe(1);
  expect(upperBound(7, 7, 0.05)).toBe(1);
});

test.each([
  [1e-3, 0.05, 2_995],
  [1e-4, 0.05, 29_956],
  [1e-5, 0.05, 299_572],
  [1e-6, 0.05, 2_995_731],
  [1e-3, 0.0125, 4_380],
  [1e-4, 0.0125, 43_819],
  [1e-5, 0.0125, 438_201],
  [1e-6, 0.0125, 4_382_025],
])('a rate below %f at risk %f needs %i pairs without a mismatch', (bound, alpha, n) => {
  expect(pairsNeeded(bound, alpha)).toBe(n);
});

test('law: the number of pairs is enough, and one fewer is not', () => {
  const rate = fc.double({ min: 1e-7, max: 0.9, noNaN: true });
  fc.assert(
    fc.property(rate, rate, (bound, alpha) => {
      const n = pairsNeeded(bound, alpha);
      expect(upperBound(n, 0, alpha)).toBeLessThanOrEqual(bound);
      if (n > 1) expect(upperBound(n - 1, 0, alpha)).toBeGreaterThan(bound);
    }),
  );
});

test('law: the observed rate is between both bounds, and more mismatches raise both', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat(5_000), (n, some) => {
      const k = some % n;
      expect(lowerBound(n, k, 0.05)).toBeLessThanOrEqual(k / n);
      expect(upperBound(n, k, 0.05)).toBeGreaterThan(k / n);
      expect(lowerBound(n, k + 1, 0.05)).toBeGreaterThan(lowerBound(n, k, 0.05));
      expect(upperBound(n, k + 1, 0.05)).toBeGreaterThan(upperBound(n, k, 0.05));
    }),
  );
});
