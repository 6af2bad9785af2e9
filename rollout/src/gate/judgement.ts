import type { Stratum } from './evidence.ts';

type GateDecision = 'PASS' | 'FAIL' | 'UNKNOWN';

/** `stratum` is null if the reason is about all comparisons together. */
export type Reason = { code: ReasonCode; stratum: Stratum | null; detail: string };
export type ReasonCode = keyof typeof WEIGHT;

/** `n` compared pairs with `k` mismatches, the upper bound of the true rate, and the number of pairs that are required. */
export type Bound = { stratum: Stratum | null; n: number; k: number; upper: number; required: number };
export type Judgement = { decision: GateDecision; reasons: Reason[]; bounds: Bound[] };

/** The decision that each reason leads to. FAIL has priority over UNKNOWN; without any reason the decision is PASS. */
const WEIGHT = {
  MISMATCH: 'FAIL',
  RATE_ABOVE_BOUND: 'FAIL',
  LATENCY_ABOVE: 'FAIL',
  RATE_UNDECIDED: 'UNKNOWN',
  BETWEEN_LOOKS: 'UNKNOWN',
  TOO_FEW: 'UNKNOWN',
  TOO_FEW_IN_STRATUM: 'UNKNOWN',
  LOSS: 'UNKNOWN',
  ERRORS: 'UNKNOWN',
  RACED: 'UNKNOWN',
  LATENCY_TOO_FEW: 'UNKNOWN',
  LATENCY_UNDECIDED: 'UNKNOWN',
  INCOMPLETE: 'UNKNOWN',
  EVIDENCE_UNREACHABLE: 'UNKNOWN',
  EVIDENCE_OF_ANOTHER_STAGE: 'UNKNOWN',
  EVIDENCE_STALE: 'UNKNOWN',
} as const satisfies Record<string, Exclude<GateDecision, 'PASS'>>;

export function judgementOf(reasons: Reason[], bounds: Bound[]): Judgement {
  const weights = new Set(reasons.map(({ code }) => WEIGHT[code]));
  const decision = weights.has('FAIL') ? 'FAIL' : weights.has('UNKNOWN') ? 'UNKNOWN' : 'PASS';
  return { decision, reasons, bounds };
}

export function reason(code: ReasonCode, detail: string, stratum: Stratum | null = null): Reason {
  return { code, stratum, detail };
}

/** A judgement without bounds, for evidence that could not be read. */
export function unknown(code: ReasonCode, detail: string): Judgement {
  return judgementOf([reason(code, detail)], []);
}
