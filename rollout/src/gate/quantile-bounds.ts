import binomialQuantile from '@stdlib/stats-base-dists-binomial-quantile';

/** Milliseconds, and how many calls took that long. */
export type Histogram = readonly (readonly [ms: number, count: number])[];

/** The true quantile lies between these bounds. A bound is infinite if the sample is too small. */
export type QuantileBounds = { lower: number; upper: number };

/**
 * Bounds of a quantile by order statistics. They need no assumption on the distribution: of n samples, the number at or
 * below the true quantile is binomial(n, quantile). Each bound holds with a probability of at least 1 - alpha. An upper
 * bound exists for n >= ln(alpha)/ln(quantile), which is 299 for p99 at 95 %.
 */
export function quantileBounds(histogram: Histogram, quantile: number, alpha: number): QuantileBounds {
  const sorted = histogram.filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b);
  const n = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (n === 0) return { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  return {
    lower: orderStatistic(sorted, binomialQuantile(alpha, n, quantile)),
    upper: orderStatistic(sorted, binomialQuantile(1 - alpha, n, quantile) + 1),
  };
}

/** The value of the `rank`-th smallest sample; rank 1 is the smallest. */
function orderStatistic(sorted: Histogram, rank: number): number {
  if (rank < 1) return Number.NEGATIVE_INFINITY;
  let seen = 0;
  for (const [ms, count] of sorted) {
    seen += count;
    if (seen >= rank) return ms;
  }
  return Number.POSITIVE_INFINITY;
}
