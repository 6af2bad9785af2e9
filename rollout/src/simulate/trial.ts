import type { Evidence, Stratum } from '../gate/evidence.ts';
import type { Judgement } from '../gate/judgement.ts';
import type { GateTerms } from '../gate/terms.ts';
import { pairsToFirstMismatch, poisson } from './random.ts';

/** The simulated requests of one stratum: pairs per minute, and the true rate of answers that differ. */
export type StratumTraffic = { key: Stratum; pairsPerMinute: number; trueRate: number };

/** The function that judges: the gate as the controller uses it, or another one for comparison. */
export type Rule = (terms: GateTerms, evidence: Evidence) => Judgement;

/** The decision that ended the stage, or UNKNOWN if the time ended first. */
export type Ending = { decision: 'PASS' | 'FAIL' | 'UNKNOWN'; minutes: number; pairs: number };

/**
 * Simulates one stage of one ramp. The real gate judges the evidence every minute until it passes or fails. Only the number
 * of pairs and mismatches of each stratum is random.
 */
export function runStage(
  rule: Rule,
  terms: GateTerms,
  traffic: readonly StratumTraffic[],
  maxMinutes: number,
  random: () => number,
): Ending {
  const state = traffic.map((stratum) => ({
    stratum,
    n: 0,
    k: 0,
    next: pairsToFirstMismatch(stratum.trueRate, random),
  }));
  const needed = terms.minPerStratum;
  let pairs = 0;
  for (let minute = 1; minute <= maxMinutes; minute += 1) {
    let hasMismatch = false;
    for (const own of state) {
      own.n += poisson(own.stratum.pairsPerMinute, random);
      while (own.next <= own.n) {
        own.k += 1;
        own.next += pairsToFirstMismatch(own.stratum.trueRate, random);
      }
      hasMismatch ||= own.k > 0;
    }
    pairs = state.reduce((sum, { n }) => sum + n, 0);
    // While a stratum misses pairs the gate cannot pass, and without a mismatch it cannot fail. Skipping it saves time.
    if (!hasMismatch && (state.some(({ n }) => n < needed) || -pairs * Math.log1p(-terms.mismatchBound) < 1))
      continue;
    const { decision } = rule(terms, evidenceAt(minute, state));
    if (decision !== 'UNKNOWN') return { decision, minutes: minute, pairs };
  }
  return { decision: 'UNKNOWN', minutes: maxMinutes, pairs };
}

function evidenceAt(minute: number, state: { stratum: StratumTraffic; n: number; k: number }[]): Evidence {
  return {
    stage: 'simulated',
    from: new Date(0).toISOString(),
    to: new Date(minute * 60_000).toISOString(),
    strata: state.map(({ stratum, n, k }) => ({
      key: stratum.key,
      verdicts: { ...NONE, match: n - k, mismatch: k },
    })),
  };
}

const NONE = {
  match: 0,
  mismatch: 0,
  explained: 0,
  raced: 0,
  shadow_error: 0,
  shadow_timeout: 0,
  primary_error: 0,
  both_failed: 0,
  dropped: 0,
  unsampled: 0,
};
