import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';

/**
 * McNemar's exact test, one-sided. Of all pairs in which exactly one of two events happened, the first event happened in
 * `first` pairs and the second in `second` pairs. Returns the probability of at least `first` such pairs if both events
 * are equally likely, that is, for binomial(first + second, 1/2). Returns 1 if there is no such pair.
 */
export function signTest(first: number, second: number): number {
  const n = first + second;
  // Equal to `1 - cdf(first - 1)` because p = 1/2 is symmetric, but without the loss of digits for small results.
  return n === 0 ? 1 : binomialCdf(second, n, 0.5);
}
