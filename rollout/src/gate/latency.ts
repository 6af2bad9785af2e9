import type { Evidence, Latency } from './evidence.ts';
import { type Reason, reason } from './judgement.ts';
import { type QuantileBounds, quantileBounds } from './quantile-bounds.ts';
import type { GateTerms } from './terms.ts';

/** The smallest sample for which a p99 has an upper bound at 95 %: ln(0.05)/ln(0.99) = 298.1. */
const FEWEST_SAMPLES = 299;

/**
 * Compares the bounds of a quantile of both cores, each at the confidence of the plan. The risk is not split over the
 * gates as it is for mismatches: a wrong PASS here means slow answers and not wrong money, and with a split risk a p99
 * would need 437 samples instead of 299.
 */
export function latencyReasons({ latency: terms, confidence }: GateTerms, { latency }: Evidence): Reason[] {
  if (terms === undefined) return [];
  const legacy = latency?.legacy ?? NONE;
  const fresh = latency?.new ?? NONE;
  if (Math.min(legacy.n, fresh.n) < FEWEST_SAMPLES) {
    const detail = `${legacy.n} times of the legacy core and ${fresh.n} of the new core, ${FEWEST_SAMPLES} of each are needed`;
    return [reason('LATENCY_TOO_FEW', detail)];
  }
  const { quantile, maxRatio } = terms;
  const old = latencyBounds(legacy, quantile, 1 - confidence);
  const now = latencyBounds(fresh, quantile, 1 - confidence);
  if (now.upper <= maxRatio * old.lower) return [];
  const detail = `p${quantile * 100}: new core ${range(now)}, legacy core ${range(old)}, the plan allows at most ${maxRatio} times as much`;
  return [reason(now.lower > maxRatio * old.upper ? 'LATENCY_ABOVE' : 'LATENCY_UNDECIDED', detail)];
}

/**
 * Bounds in milliseconds of a quantile of the times of a core. Each bound is wrong with a probability of at most `alpha`.
 * For a bucket the lower bound is its lower edge and the upper bound its upper edge, so that the width of a bucket never
 * makes a PASS easier.
 */
export function latencyBounds(
  { histogram, bucketed = false }: Latency,
  quantile: number,
  alpha: number,
): QuantileBounds {
  const bounds = quantileBounds(histogram, quantile, alpha);
  if (!bucketed || !Number.isFinite(bounds.lower)) return bounds;
  const shorter = histogram.map(([ms]) => ms).filter((ms) => ms < bounds.lower);
  return { ...bounds, lower: Math.max(0, ...shorter) };
}

const NONE: Latency = { n: 0, histogram: [] };

function range({ lower, upper }: { lower: number; upper: number }): string {
  return `${lower} to ${upper} ms`;
}
