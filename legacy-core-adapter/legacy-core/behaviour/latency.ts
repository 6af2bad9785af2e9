/** Time before an answer, in addition to its execution, in ms. */
export type Latency =
  | { kind: 'none' }
  /** Most answers near half the mean, a few several times the mean. */
  | { kind: 'skewed'; meanMs: number }
  | { kind: 'uniform'; fromMs: number; toMs: number }
  /** Fast, except for this share of the answers. Models a core with a batch job on the same machine. */
  | { kind: 'two-peaks'; fastMs: number; slowMs: number; slowShare: number };

/** Share of the mean that every answer takes. The rest is exponential, so a few answers take several times the mean. */
const FLOOR_SHARE = 0.5;
/** The longest delay, in means. */
const MAX_MEANS = 8;

/** One draw of a latency, in ms; `random` is uniform in [0, 1). */
export function drawnMs(latency: Latency, random: number): number {
  switch (latency.kind) {
    case 'none':
      return 0;
    case 'skewed':
      return skewedLatencyMs(latency.meanMs, random);
    case 'uniform':
      return latency.fromMs + random * (latency.toMs - latency.fromMs);
    case 'two-peaks':
      return random < latency.slowShare ? latency.slowMs : latency.fastMs;
  }
}

/** One draw of a skewed latency with about this mean, in ms. */
export function skewedLatencyMs(meanMs: number, random: number): number {
  const tail = -Math.log(1 - random) * (1 - FLOOR_SHARE) * meanMs;
  return Math.min(meanMs * FLOOR_SHARE + tail, meanMs * MAX_MEANS);
}
