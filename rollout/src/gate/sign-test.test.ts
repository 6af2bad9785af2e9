import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerBound } from './binomial.ts';
import { signTest } from './sign-test.ts';

/** P(X >= first) of binomial(first + second, 1/2), counted in whole numbers; the quotient has fifteen digits. */
function byCounting(first: number, second: number): number {
  const n = BigInt(first + second);
  let ways = 1n; // n over 0
  let sum = 0n;
  for (let k = 0n; k <= BigInt(second); k++) {
    sum += ways;
    ways = (ways * (n - k)) / (k + 1n);
  }
  const shift = 10n ** 400n;
  const text = String((sum * shift) >> n).padStart(401, '0');
  return Number(`${text.slice(0, -400)}.${text.slice(-400)}`);
}

test.each([
  [0, 0, 1],
  [1, 0, 0.5],
  [5, 0, 0.03125],
  [8, 2, 0.0546875],
  [2, 8, 0.9892578125],
])('%i against %i has probability %f, counted by hand', (first, second, p) => {
  expect(signTest(first, second)).toBeCloseTo(p, 12);
});

test('differs from counting by less than 1e-9 of its value', () => {
  const counts = fc.integer({ min: 0, max: 400 });
  fc.assert(
    fc.property(counts, counts, (first, second) => {
      if (first + second === 0) return;
      expect(Math.abs(signTest(first, second) / byCounting(first, second) - 1)).toBeLessThan(1e-9);
    }),
  );
});

test('rejects exactly if the bound of Clopper and Pearson excludes one half', () => {
  const counts = fc.integer({ min: 1, max: 5_000 });
  fc.assert(
    fc.property(counts, counts, fc.constantFrom(0.05, 0.0125, 0.001), (first, second, alpha) => {
      const p = signTest(first, second);
      if (Math.abs(p / alpha - 1) < 1e-6) return;
      expect(p < alpha).toBe(lowerBound(first + second, first, alpha) > 0.5);
    }),
  );
});
