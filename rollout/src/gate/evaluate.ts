import { lowerBound, pairsNeeded, upperBound } from './binomial.ts';
import {
  type Evidence,
  pairsOf,
  pooled,
  type Stratum,
  strataOf,
  VERDICTS,
  type VerdictCounts,
} from './evidence.ts';
import { type Bound, type Judgement, judgementOf, type Reason, reason } from './judgement.ts';
import { latencyReasons } from './latency.ts';
import { type GateTerms, riskOf, type Waiver } from './terms.ts';

/**
 * Judges the evidence of one stay (docs/comparison.md, section 7). Each comparison is a pair of answers, so the number of
 * mismatches is binomial and its bounds are exact. As long as there is no mismatch, the bound may be computed as often as
 * wanted without more risk, because (1-p)^-n is a martingale.
 *
 * PASS needs four things: the rate of mismatches is proved to be at most `mismatchBound`; each stratum has enough pairs of
 * its own or a valid waiver; few enough comparisons were lost; the latency is good enough. UNKNOWN never advances.
 */
export function evaluate(terms: GateTerms, evidence: Evidence): Judgement {
  const all = boundOf(terms, null, pooled(evidence));
  const strata = strataOf(evidence).map(({ key, verdicts }) => boundOf(terms, key, verdicts));
  const reasons = [
    ...rateReasons(terms, all, strata),
    ...strata.flatMap((bound) => stratumReasons(terms, evidence.to, bound)),
    ...shareReasons(terms, pooled(evidence)),
    ...latencyReasons(terms, evidence),
    ...(evidence.complete === false
      ? [reason('INCOMPLETE', 'the evidence source could not read all verdicts')]
      : []),
  ];
  return judgementOf(reasons, [all, ...strata]);
}

function boundOf(terms: GateTerms, stratum: Stratum | null, counts: VerdictCounts): Bound {
  const { n, k } = pairsOf(counts);
  const alpha = riskOf(terms);
  const required = stratum === null ? pairsNeeded(terms.mismatchBound, alpha) : terms.minPerStratum;
  return { stratum, n, k, upper: upperBound(n, k, alpha), required };
}

function rateReasons(terms: GateTerms, all: Bound, strata: Bound[]): Reason[] {
  const { n, k, upper, required } = all;
  const { mismatchBound } = terms;
  if (k > 0 && terms.moneyMoves) {
    return [all, ...strata.filter((s) => s.k > 0)].map((bound) =>
      reason('MISMATCH', `${bound.k} of ${bound.n} comparisons differ, and money moves`, bound.stratum),
    );
  }
  if (upper <= mismatchBound) return [];
  if (k === 0) return [reason('TOO_FEW', `${n} comparisons without a mismatch, ${required} are needed`)];
  const lower = lowerBound(n, k, riskOf(terms));
  const detail = `${k} of ${n} comparisons differ: the rate is between ${lower} and ${upper}, the bound is ${mismatchBound}`;
  return [reason(lower > mismatchBound ? 'RATE_ABOVE_BOUND' : 'RATE_UNDECIDED', detail)];
}

/** The total of all strata proves nothing about a stratum with forty pairs. */
function stratumReasons(terms: GateTerms, to: string, { stratum, n, required }: Bound): Reason[] {
  if (stratum === null || n >= required || waiverFor(terms, stratum, to) !== undefined) return [];
  return [reason('TOO_FEW_IN_STRATUM', `${n} comparisons, ${required} or a waiver are needed`, stratum)];
}

/** The waiver of a stratum: all dimensions that it names are equal, and it ends after the evidence. */
function waiverFor(terms: GateTerms, stratum: Stratum, to: string): Waiver | undefined {
  return terms.waivers?.find(
    (waiver) =>
      Date.parse(waiver.until) > Date.parse(to) &&
      Object.entries(waiver.stratum).every(
        ([name, value]) => Object.hasOwn(stratum, name) && stratum[name] === value,
      ),
  );
}

/**
 * Limits for outcomes without a comparison and for customers without an answer. Without these limits a new core that is
 * down would look like one without mismatches.
 */
function shareReasons(terms: GateTerms, counts: VerdictCounts): Reason[] {
  const sampled = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0) - counts.unsampled;
  const { maxLossRate, maxErrorRate = 1, maxRacedRate = 1 } = terms;
  const above = (code: 'LOSS' | 'ERRORS' | 'RACED', n: number, bound: number, what: string): Reason[] =>
    sampled > 0 && n / sampled > bound
      ? [reason(code, `${n} of ${sampled} ${what}, the bound is ${bound}`)]
      : [];
  const lost = counts.shadow_error + counts.shadow_timeout + counts.dropped;
  const failed = counts.primary_error + counts.both_failed;
  return [
    ...above('LOSS', lost, maxLossRate, 'comparisons were lost'),
    ...above('ERRORS', failed, maxErrorRate, 'customers had no answer from their primary core'),
    ...above('RACED', counts.raced, maxRacedRate, 'comparisons raced with a change of state'),
  ];
}
