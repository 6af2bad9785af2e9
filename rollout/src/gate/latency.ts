import type { Evidence, Latency } from './evidence.ts';
import { type Reason, reason } from './judgement.ts';
import { latencyBounds } from './latency-bounds.ts';
import type { GateTerms } from './terms.ts';

/** From here on a p99 has an upper bound at 95 %: ln(0.05)/ln(0.99) = 298.1. */
const FEWEST_SAMPLES = 299;

/**
 * New core against legacy core by bounds of the quantile on both sides, each at the plan's confidence. The risk is not
 * split over the gates as for mismatches: a wrong PASS here is slow, not wrong money, and splitting it would ask for 437
 * samples where 299 bound a p99.
 */
export function latencyReasons({ latency: terms, confidence }: GateTerms, { latency }: Evidence): Reason[] {
  if (terms === undefined) return [];
  const legacy = latency?.legacy ?? NONE;
  const fresh = latency?.new ?? NONE;
  if (Math.min(legacy.n, fresh.n) < FEWEST_SAMPLES) {
    const detail = `${legacy.n} times of the legacy core and ${fresh.n} of the new, ${FEWEST_SAMPLES} of each are needed`;
    return [reason('LATENCY_TOO_FEW', detail)];
  }
  const { quantile, maxRatio } = terms;
  const old = latencyBounds(legacy, quantile, 1 - confidence);
  const now = latencyBounds(fresh, quantile, 1 - confidence);
  if (now.upper <= maxRatio * old.lower) return [];
  const detail = `p${quantile * 100}: new core ${range(now)}, legacy core ${range(old)}, at most ${maxRatio} times is allowed`;
  return [reason(now.lower > maxRatio * old.upper ? 'LATENCY_ABOVE' : 'LATENCY_UNDECIDED', detail)];
}

const NONE: Latency = { n: 0, histogram: [] };

function range({ lower, upper }: { lower: number; upper: number }): string {
  return `${lower} to ${upper} ms`;
}
