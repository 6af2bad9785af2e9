/** Faster than this nothing is told apart. */
const SMALLEST_MS = 0.1;

/** A time, rounded up to two significant digits: at most ten percent off, and some hundred buckets for ever. */
export function latencyBucket(ms: number): number {
  if (ms <= SMALLEST_MS) return SMALLEST_MS;
  const step = 10 ** (Math.floor(Math.log10(ms)) - 1);
  return Number((Math.ceil(ms / step - 1e-9) * step).toPrecision(2));
}

/** The smallest bucket that at least the share `q` of all calls fits into; null without calls. */
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
