import { pairsNeeded, upperBound } from './binomial.ts';
import { evaluate } from './evaluate.ts';
import { type Evidence, pairsOf, pooled } from './evidence.ts';
import { type Judgement, judgementOf, reason } from './judgement.ts';
import { type GateTerms, riskOf } from './terms.ts';

/** A number of pairs at which is judged, and the part of the gate's risk that is spent there. */
export type Look = { pairs: number; risk: number };

/**
 * The gate as a ramp asks it, again and again, for one entry. Where one mismatch is a FAIL, looking costs nothing and this
 * is {@link evaluate}. Where mismatches are borne, its bound is that of one look, and a core exactly at the bound would
 * pass by patience. So half of the risk is spent at the first look, half of what is left at each one after it, at twice
 * the pairs of the one before: together never more than the gate's risk.
 *
 * Between two looks the pairs count as those of the last one, with all the mismatches up to now. Who passes so would have
 * passed there, so no look has to be remembered, and any number of controllers and people may look at any time. A FAIL
 * needs no look: taking customers off too early is not the risk that is promised.
 */
export function evaluateAtLooks(terms: GateTerms, evidence: Evidence): Judgement {
  const judgement = evaluate(terms, evidence);
  if (terms.moneyMoves || judgement.decision !== 'PASS') return judgement;
  const { n, k } = pairsOf(pooled(evidence));
  const look = lastLook(terms, n);
  const { mismatchBound } = terms;
  if (look !== null && upperBound(look.pairs, k, look.risk) <= mismatchBound) return judgement;
  const next = look === null ? firstLook(terms).pairs : look.pairs * 2;
  const seen = look === null ? '' : `${k} differ, too many for the look at ${look.pairs} comparisons; `;
  const detail = `${n} comparisons: ${seen}the next look is at ${next}`;
  return judgementOf([reason('BETWEEN_LOOKS', detail)], judgement.bounds);
}

/** The last look that so many pairs have reached, or null. */
export function lastLook(terms: GateTerms, pairs: number): Look | null {
  const look = firstLook(terms);
  if (pairs < look.pairs) return null;
  for (; look.pairs * 2 <= pairs; look.risk /= 2) look.pairs *= 2;
  return look;
}

/** The fewest pairs that can pass with half of the risk, when none differs. */
function firstLook(terms: GateTerms): Look {
  const risk = riskOf(terms) / 2;
  return { pairs: pairsNeeded(terms.mismatchBound, risk), risk };
}
