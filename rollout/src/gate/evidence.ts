import { BadInput } from '@core-exit/process/faults';
import Type from 'typebox';
import { validate } from '../json-document.ts';
import { Instant } from './instant.ts';

/** The verdicts (docs/comparison.md, section 3). Every request has exactly one. */
export const VERDICTS = [
  'match',
  'mismatch',
  'explained',
  'raced',
  'shadow_error',
  'shadow_timeout',
  'primary_error',
  'both_failed',
  'dropped',
  'unsampled',
] as const;
export type Verdict = (typeof VERDICTS)[number];

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** All counts are required, because a count that is missing is not known to be zero. */
const VerdictCounts = Type.Object(
  {
    match: Count,
    mismatch: Count,
    explained: Count,
    raced: Count,
    shadow_error: Count,
    shadow_timeout: Count,
    primary_error: Count,
    both_failed: Count,
    dropped: Count,
    unsampled: Count,
  } satisfies Record<Verdict, typeof Count>,
  { additionalProperties: false },
);
export type VerdictCounts = Type.Static<typeof VerdictCounts>;

export const StratumValue = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
/** Dimensions with their values. A stratum has all dimensions of the case space; a waiver may name some of them. */
const Stratum = Type.Record(Type.String(), StratumValue);
export type Stratum = Type.Static<typeof Stratum>;

/** Each element is a number of milliseconds, and how many calls took at most that long but longer than the element before. */
const Latency = Type.Object({
  n: Count,
  histogram: Type.Array(Type.Tuple([Type.Number({ minimum: 0 }), Count])),
  /** True if the milliseconds are upper edges of buckets. If false or missing, they are the measured times. */
  bucketed: Type.Optional(Type.Boolean()),
});
export type Latency = Type.Static<typeof Latency>;

/**
 * Verdict counts of one stay, per stratum. Key `null` is the total of all strata: either the source does not know strata,
 * or the total must be equal to the sum of the strata beside it. `from` is the instant at which the stage was entered, so
 * that evidence from before a step, a fix or a reset is never counted.
 */
export const Evidence = Type.Object({
  stage: Type.String(),
  from: Instant,
  to: Instant,
  strata: Type.Array(Type.Object({ key: Type.Union([Type.Null(), Stratum]), verdicts: VerdictCounts })),
  latency: Type.Optional(
    Type.Object(
      { legacy: Type.Optional(Latency), new: Type.Optional(Latency) },
      { additionalProperties: false },
    ),
  ),
  /** False if the source could not read all verdicts, e.g. because its database was down. Then PASS is not possible. */
  complete: Type.Optional(Type.Boolean()),
});
export type Evidence = Type.Static<typeof Evidence>;

/** Returns the document as evidence. Throws {@link BadInput} that lists every fault and every contradiction. */
export function checkEvidence(document: unknown, what = 'the evidence'): Evidence {
  const evidence = validate(Evidence, document, what);
  const found = [...contradictions(evidence)];
  if (found.length > 0) throw new BadInput(what, found);
  return evidence;
}

function* contradictions({ from, to, strata, latency }: Evidence): Generator<string> {
  if (Date.parse(to) < Date.parse(from)) yield `/to: ${to} is before /from`;
  for (const core of ['legacy', 'new'] as const) {
    const { n, histogram } = latency?.[core] ?? { n: 0, histogram: [] };
    const counted = histogram.reduce((sum, [, count]) => sum + count, 0);
    if (counted !== n) yield `/latency/${core}/n: ${n}, but the counts of its histogram add up to ${counted}`;
  }
  const totals = strata.filter((s) => s.key === null);
  if (totals.length > 1) yield '/strata: more than one element has key null';
  const parts = strata.filter((s) => s.key !== null);
  const [total] = totals;
  if (total === undefined || parts.length === 0) return;
  const sum = sumOf(parts.map((s) => s.verdicts));
  for (const verdict of VERDICTS) {
    if (sum[verdict] !== total.verdicts[verdict]) {
      yield `/strata: ${verdict} is ${total.verdicts[verdict]} in the element with key null, but the strata add up to ${sum[verdict]}`;
    }
  }
}

/** The counts of all strata together. */
export function pooled({ strata }: Evidence): VerdictCounts {
  const total = strata.find((s) => s.key === null);
  return total?.verdicts ?? sumOf(strata.map((s) => s.verdicts));
}

/** The strata without the total. Elements with the same stratum are added up. */
export function strataOf({ strata }: Evidence): { key: Stratum; verdicts: VerdictCounts }[] {
  const merged = new Map<string, { key: Stratum; verdicts: VerdictCounts }>();
  for (const { key, verdicts } of strata) {
    if (key === null) continue;
    const name = JSON.stringify(Object.entries(key).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const known = merged.get(name);
    merged.set(name, { key, verdicts: known === undefined ? verdicts : sumOf([known.verdicts, verdicts]) });
  }
  return [...merged.values()];
}

/** `n`: pairs of answers that were compared. `k`: pairs that differed without an explanation. */
export function pairsOf({ match, mismatch, explained }: VerdictCounts): { n: number; k: number } {
  return { n: match + mismatch + explained, k: mismatch };
}

function sumOf(all: readonly VerdictCounts[]): VerdictCounts {
  const sum = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as VerdictCounts;
  for (const counts of all) for (const verdict of VERDICTS) sum[verdict] += counts[verdict];
  return sum;
}
