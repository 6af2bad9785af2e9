import { type Evidence, latencyBounds } from '@core-exit/rollout';

const QUANTILES = [0.5, 0.99];
/** Each bound holds with this probability or more. */
const CONFIDENCE = 0.95;

type Bounds = { lower: number | null; upper: number | null };
export type LatencyReport = {
  confidence: number;
  n: { legacy: number; new: number };
  /** Milliseconds; null: too few calls for a bound. `ratio`: new by legacy, with a lower and an upper bound. */
  quantiles: { quantile: number; legacy: Bounds; new: Bounds; ratio: Bounds }[];
};

/** Quantiles of both cores' times with bounds that hold for every distribution. A p99 has an upper bound from 299 calls on. */
export function latencyReport({ latency }: Pick<Evidence, 'latency'>): LatencyReport {
  const legacy = latency?.legacy ?? { n: 0, histogram: [] };
  const fresh = latency?.new ?? { n: 0, histogram: [] };
  return {
    confidence: CONFIDENCE,
    n: { legacy: legacy.n, new: fresh.n },
    quantiles: QUANTILES.map((quantile) => {
      const old = latencyBounds(legacy, quantile, 1 - CONFIDENCE);
      const now = latencyBounds(fresh, quantile, 1 - CONFIDENCE);
      const ratio = { lower: now.lower / old.upper, upper: now.upper / old.lower };
      return { quantile, legacy: finite(old), new: finite(now), ratio: finite(ratio) };
    }),
  };
}

/** An infinite bound is unknown, and JSON has no infinity. */
function finite({ lower, upper }: { lower: number; upper: number }): Bounds {
  const known = (ms: number) => (Number.isFinite(ms) ? ms : null);
  const [least, most] = [known(lower), known(upper)];
  return { lower: least, upper: most };
}
