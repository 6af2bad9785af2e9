import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';

/**
 * Exact one-sided bounds of Clopper and Pearson (Biometrika 26, 1934) for the true rate behind `k` of `n`. Each holds
 * with probability at least 1 - alpha. The quantile is Boost's, ported in @stdlib; gate/binomial.test.ts compares it
 * with 30 digits of mpmath.
 */
export function upperBound(n: number, k: number, alpha: number): number {
  if (k >= n) return 1; // also n = 0: nothing was seen, anything may be true
  // Closed form where it matters most: relative precision stays full for n in the millions.
  if (k === 0) return -Math.expm1(Math.log(alpha) / n);
  return betaQuantile(1 - alpha, k + 1, n - k);
}

export function lowerBound(n: number, k: number, alpha: number): number {
  return k === 0 ? 0 : betaQuantile(alpha, k, n - k + 1);
}

/** The fewest pairs without any mismatch that prove a rate below `bound`: 46,050 for 1e-4 at 99 %. */
export function pairsNeeded(bound: number, alpha: number): number {
  let n = Math.max(1, Math.ceil(Math.log(alpha) / Math.log1p(-bound)));
  // The quotient may be off by one in the last digit; the bound itself is the judge.
  while (n > 1 && upperBound(n - 1, 0, alpha) <= bound) n -= 1;
  while (upperBound(n, 0, alpha) > bound) n += 1;
  return n;
}
