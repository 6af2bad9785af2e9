import { BadInput } from '@core-exit/process/faults';
import Type from 'typebox';
import { validate } from '../validate.ts';
import { Instant } from './instant.ts';

/** The verdicts of comparison.md section 3: every request gets exactly one. */
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

/** None may be left out: a source that does not say `mismatch` or `dropped` has not said that there was none. */
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
/** A cell of the case space, or part of one: names of dimensions and their values. */
const Stratum = Type.Record(Type.String(), StratumValue);
export type Stratum = Type.Static<typeof Stratum>;

/** Milliseconds and how many calls took at most that long, but longer than the entry before. */
const Latency = Type.Object({
  n: Count,
  histogram: Type.Array(Type.Tuple([Type.Number({ minimum: 0 }), Count])),
  /** True: entries are edges of buckets. Left out: they are the times themselves. */
  bucketed: Type.Optional(Type.Boolean()),
});
export type Latency = Type.Static<typeof Latency>;

/**
 * Verdict counts of one entry into a stage, per stratum. An entry with key `null` is all of them together: the answer
 * of a source that cannot tell strata apart, or a total that must agree with the strata beside it. `from` is the instant
 * the stage was entered: evidence never mixes what was seen before a step, a fix or a reset with after.
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
  /** False: the source could not see all of it (its database was away). Good enough for a FAIL, never for a PASS. */
  complete: Type.Optional(Type.Boolean()),
});
export type Evidence = Type.Static<typeof Evidence>;

/** The document as evidence; throws {@link BadInput} with every fault when it is none, or contradicts itself. */
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
    if (counted !== n) yield `/latency/${core}/n: ${n}, but its histogram counts ${counted}`;
  }
  const totals = strata.filter((s) => s.key === null);
  if (totals.length > 1) yield '/strata: more than one entry with key null';
  const parts = strata.filter((s) => s.key !== null);
  const [total] = totals;
  if (total === undefined || parts.length === 0) return;
  const sum = sumOf(parts.map((s) => s.verdicts));
  for (const verdict of VERDICTS) {
    if (sum[verdict] !== total.verdicts[verdict]) {
      yield `/strata: ${verdict} is ${total.verdicts[verdict]} in the entry with key null, but its strata add up to ${sum[verdict]}`;
    }
  }
}

/** The counts of all strata together. */
export function pooled({ strata }: Evidence): VerdictCounts {
  const total = strata.find((s) => s.key === null);
  return total?.verdicts ?? sumOf(strata.map((s) => s.verdicts));
}

/** The strata by themselves; a stratum named twice is one. */
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

/** Pairs whose answers were compared, and how many of them differed without an explanation. */
export function pairsOf({ match, mismatch, explained }: VerdictCounts): { n: number; k: number } {
  return { n: match + mismatch + explained, k: mismatch };
}

function sumOf(all: readonly VerdictCounts[]): VerdictCounts {
  const sum = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as VerdictCounts;
  for (const counts of all) for (const verdict of VERDICTS) sum[verdict] += counts[verdict];
  return sum;
}
