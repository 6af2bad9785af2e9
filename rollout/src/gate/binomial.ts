import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';

/**
 * Exact one-sided upper bound of Clopper and Pearson (Biometrika 26, 1934) for the true rate if `k` of `n` differ. The
 * bound holds with a probability of at least 1 - alpha. The beta quantile is that of Boost, ported in @stdlib;
 * binomial.test.ts compares the bounds with 40 digits of mpmath.
 */
export function upperBound(n: number, k: number, alpha: number): number {
  if (k >= n) return 1; // includes n = 0: without a comparison any rate is possible
  // The closed form has full relative precision also for n in the millions.
  if (k === 0) return -Math.expm1(Math.log(alpha) / n);
  return betaQuantile(1 - alpha, k + 1, n - k);
}

/** Exact one-sided lower bound of Clopper and Pearson, with the same probability as {@link upperBound}. */
export function lowerBound(n: number, k: number, alpha: number): number {
  return k === 0 ? 0 : betaQuantile(alpha, k, n - k + 1);
}

/** The smallest number of pairs that, without a mismatch, proves a rate below `bound`: 46,050 for 1e-4 at 99 %. */
export function pairsNeeded(bound: number, alpha: number): number {
  let n = Math.max(1, Math.ceil(Math.log(alpha) / Math.log1p(-bound)));
  // The quotient can be off by one because of rounding, so the bound itself is checked.
  while (n > 1 && upperBound(n - 1, 0, alpha) <= bound) n -= 1;
  while (upperBound(n, 0, alpha) > bound) n += 1;
  return n;
}
