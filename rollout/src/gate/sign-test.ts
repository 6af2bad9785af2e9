import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';

/**
 * McNemar's exact test, one-sided: of the pairs in which exactly one of two things happened, `first` is how often it was
 * the first. If both were equally likely it would be binomial(first + second, 1/2); returned is the probability of seeing
 * the first so often or more. 1 where there is no such pair.
 */
export function signTest(first: number, second: number): number {
  const n = first + second;
  // By symmetry of p = 1/2; `1 - cdf(first - 1)` would lose every digit where it matters.
  return n === 0 ? 1 : binomialCdf(second, n, 0.5);
}
