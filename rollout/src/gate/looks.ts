import { pairsNeeded, upperBound } from './binomial.ts';
import { evaluate } from './evaluate.ts';
import { type Evidence, pairsOf, pooled } from './evidence.ts';
import { type Judgement, judgementOf, reason } from './judgement.ts';
import { type GateTerms, riskOf } from './terms.ts';

/** One look of the sequential analysis: a number of pairs, and the part of the risk of the gate that is spent at it. */
export type Look = { pairs: number; risk: number };

/**
 * The gate for evidence of one stay that is judged again and again. If one mismatch is a FAIL, repeated judging adds no
 * risk, so the result is that of {@link evaluate}. If mismatches are tolerated, the bound of `evaluate` holds for one look
 * only, and a core exactly at the bound would pass if the gate looked often enough. So the first look spends half of the
 * risk, and each further look spends half of the rest, at twice the pairs of the look before. Together all looks spend at
 * most the risk of the gate.
 *
 * Between two looks the number of pairs is taken as that of the last look, with all mismatches until now. Evidence that
 * passes in this way would also have passed at the last look. So no look has to be stored, and any number of controllers
 * and persons may judge at any time. A FAIL needs no look, because a step back too early is not part of the promised risk.
 */
export function evaluateAtLooks(terms: GateTerms, evidence: Evidence): Judgement {
  const judgement = evaluate(terms, evidence);
  if (terms.moneyMoves || judgement.decision !== 'PASS') return judgement;
  const { n, k } = pairsOf(pooled(evidence));
  const look = lastLook(terms, n);
  const { mismatchBound } = terms;
  if (look !== null && upperBound(look.pairs, k, look.risk) <= mismatchBound) return judgement;
  const next = look === null ? firstLook(terms).pairs : look.pairs * 2;
  const last = look === null ? '' : `${k} differ, too many for the look at ${look.pairs} comparisons; `;
  const detail = `${n} comparisons: ${last}the next look is at ${next}`;
  return judgementOf([reason('BETWEEN_LOOKS', detail)], judgement.bounds);
}

/** The last look that is reached with this number of pairs; null if none is. */
export function lastLook(terms: GateTerms, pairs: number): Look | null {
  const look = firstLook(terms);
  if (pairs < look.pairs) return null;
  for (; look.pairs * 2 <= pairs; look.risk /= 2) look.pairs *= 2;
  return look;
}

/** The smallest number of pairs without a mismatch that passes with half of the risk. */
function firstLook(terms: GateTerms): Look {
  const risk = riskOf(terms) / 2;
  return { pairs: pairsNeeded(terms.mismatchBound, risk), risk };
}
