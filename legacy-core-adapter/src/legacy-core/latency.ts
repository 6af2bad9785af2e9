/** Share of the mean that every answer takes; the rest is exponential, so a few answers take several times the mean. */
const FLOOR_SHARE = 0.5;
/** No answer is delayed by more than this many means. */
const MAX_MEANS = 8;

/** One draw of a skewed latency with about this mean, in ms; `random` is uniform in [0, 1). */
export function skewedLatencyMs(meanMs: number, random: number): number {
  const tail = -Math.log(1 - random) * (1 - FLOOR_SHARE) * meanMs;
  return Math.min(meanMs * FLOOR_SHARE + tail, meanMs * MAX_MEANS);
}
