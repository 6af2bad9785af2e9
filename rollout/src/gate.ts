import { type Evidence, pooled, VERDICTS, type VerdictCounts } from './evidence.ts';
import type { GatePlan } from './plan.ts';

type GateDecision = 'PASS' | 'FAIL' | 'UNKNOWN';

/** `stratum` null: all comparisons together. */
type Reason = { code: ReasonCode; stratum: Record<string, string> | null; detail: string };
type ReasonCode =
  | 'MISMATCH'
  | 'TOO_FEW'
  | 'LOSS'
  | 'ERRORS'
  | 'RACED'
  | 'NO_COMPARISONS'
  | 'INCOMPLETE'
  | 'EVIDENCE_UNREACHABLE'
  | 'EVIDENCE_OF_ANOTHER_STAGE';

/** `n` compared pairs with `k` mismatches; `required` pairs needed. `upper`: bound of the true rate, null until the gate has one. */
type Bound = {
  stratum: Record<string, string> | null;
  n: number;
  k: number;
  upper: number | null;
  required: number;
};
export type Judgement = { decision: GateDecision; reasons: Reason[]; bounds: Bound[] };

/** Bounds of a plan that names none: one customer in a thousand without an answer is already too many. */
const DEFAULT_MAX_ERROR_RATE = 0.001;
const DEFAULT_MAX_RACED_RATE = 0.01;

/**
 * Judges the evidence of one entry into a stage. PASS: no mismatch in at least `minComparisons` pairs, and losses,
 * customers without an answer and races within their bounds. A mismatch is FAIL. Everything else is UNKNOWN, which never advances: a dead new core must not
 * look like a perfect one. FAIL wins over UNKNOWN.
 */
export function evaluate(gate: GatePlan, evidence: Evidence): Judgement {
  const counts = pooled(evidence);
  if (counts === null) {
    return unknown('NO_COMPARISONS', 'the evidence has no entry of all strata together (key null)');
  }
  const n = counts.match + counts.mismatch + counts.explained;
  const k = counts.mismatch;
  const bounds: Bound[] = [{ stratum: null, n, k, upper: null, required: gate.minComparisons }];
  if (k > 0) {
    return { decision: 'FAIL', reasons: [reason('MISMATCH', `${k} of ${n} comparisons differ`)], bounds };
  }
  const doubts: Reason[] = [];
  if (evidence.complete === false) {
    doubts.push(reason('INCOMPLETE', 'the source of the evidence could not see all of it'));
  }
  if (n < gate.minComparisons) {
    doubts.push(reason('TOO_FEW', `${n} comparisons, ${gate.minComparisons} needed`));
  }
  doubts.push(...sharesAbove(gate, counts));
  return { decision: doubts.length === 0 ? 'PASS' : 'UNKNOWN', reasons: doubts, bounds };
}

/** A judgement without figures: the evidence could not be had. */
export function unknown(code: ReasonCode, detail: string): Judgement {
  return { decision: 'UNKNOWN', reasons: [reason(code, detail)], bounds: [] };
}

/** Outcomes that prove nothing, or tell of customers without an answer, each with its bound over all but unsampled. */
function sharesAbove(gate: GatePlan, counts: VerdictCounts): Reason[] {
  const sampled = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0) - counts.unsampled;
  const { maxLossRate, maxErrorRate = DEFAULT_MAX_ERROR_RATE, maxRacedRate = DEFAULT_MAX_RACED_RATE } = gate;
  const lost = counts.shadow_error + counts.shadow_timeout + counts.dropped;
  const failed = counts.primary_error + counts.both_failed;
  const above = (code: ReasonCode, n: number, bound: number, what: string): Reason[] =>
    n > bound * sampled ? [reason(code, `${n} of ${sampled} ${what}, the bound is ${bound}`)] : [];
  return [
    ...above('LOSS', lost, maxLossRate, 'comparisons were lost'),
    ...above('ERRORS', failed, maxErrorRate, 'customers had no answer from their primary core'),
    ...above('RACED', counts.raced, maxRacedRate, 'comparisons raced with a change of state'),
  ];
}

function reason(code: ReasonCode, detail: string): Reason {
  return { code, stratum: null, detail };
}
