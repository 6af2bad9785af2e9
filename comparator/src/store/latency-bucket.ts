/** All shorter times share this bucket. */
const SMALLEST_MS = 0.1;

/** A time rounded up to two significant digits. The error is at most ten percent, and there are a few hundred buckets. */
export function latencyBucket(ms: number): number {
  if (ms <= SMALLEST_MS) return SMALLEST_MS;
  const step = 10 ** (Math.floor(Math.log10(ms)) - 1);
  return Number((Math.ceil(ms / step - 1e-9) * step).toPrecision(2));
}

/** The smallest bucket such that the share `q` of all calls took at most that long; null if there are no calls. */
export function quantile(histogram: readonly (readonly [number, number])[], q: number): number | null {
  const n = histogram.reduce((sum, [, count]) => sum + count, 0);
  const sorted = histogram.toSorted(([a], [b]) => a - b);
  let seen = 0;
  for (const [ms, count] of sorted) {
    seen += count;
    if (seen >= q * n && n > 0) return ms;
  }
  return null;
}
