import type { Evidence, Stratum } from '../gate/evidence.ts';
import type { Judgement } from '../gate/judgement.ts';
import type { GateTerms } from '../gate/terms.ts';
import { pairsToFirstMismatch, poisson } from './random.ts';

/** A cell of traffic: its pairs a minute, and how often its answers differ in truth. */
export type Cell = { key: Stratum; pairsPerMinute: number; trueRate: number };

/** What judges at each look: the gate as a ramp asks it, or another to compare it with. */
export type Rule = (terms: GateTerms, evidence: Evidence) => Judgement;

/** How one stage ended: by the gate's word at a look, or not in the time there was. */
export type Ending = { decision: 'PASS' | 'FAIL' | 'UNKNOWN'; minutes: number; pairs: number };

/**
 * One stage of one ramp, looked at every minute by the gate itself, until it passes or fails. What happened in a cell
 * between two looks is drawn; nothing of the decision is.
 */
export function runStage(
  rule: Rule,
  terms: GateTerms,
  cells: readonly Cell[],
  maxMinutes: number,
  random: () => number,
): Ending {
  const state = cells.map((cell) => ({
    cell,
    n: 0,
    k: 0,
    next: pairsToFirstMismatch(cell.trueRate, random),
  }));
  const needed = terms.minPerStratum;
  let pairs = 0;
  for (let minute = 1; minute <= maxMinutes; minute += 1) {
    let hasMismatch = false;
    for (const own of state) {
      own.n += poisson(own.cell.pairsPerMinute, random);
      while (own.next <= own.n) {
        own.k += 1;
        own.next += pairsToFirstMismatch(own.cell.trueRate, random);
      }
      hasMismatch ||= own.k > 0;
    }
    pairs = state.reduce((sum, { n }) => sum + n, 0);
    // The gate cannot pass while a cell lacks pairs, nor fail without a mismatch: such looks are not worth their time.
    if (!hasMismatch && (state.some(({ n }) => n < needed) || -pairs * Math.log1p(-terms.mismatchBound) < 1))
      continue;
    const { decision } = rule(terms, evidenceAt(minute, state));
    if (decision !== 'UNKNOWN') return { decision, minutes: minute, pairs };
  }
  return { decision: 'UNKNOWN', minutes: maxMinutes, pairs };
}

function evidenceAt(minute: number, state: { cell: Cell; n: number; k: number }[]): Evidence {
  return {
    stage: 'simulated',
    from: new Date(0).toISOString(),
    to: new Date(minute * 60_000).toISOString(),
    strata: state.map(({ cell, n, k }) => ({
      key: cell.key,
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
