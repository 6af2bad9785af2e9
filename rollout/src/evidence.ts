import Type from 'typebox';
import { validate } from './validate.ts';

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

const Count = Type.Integer({ minimum: 0 });

const VerdictCounts = Type.Object({
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
} satisfies Record<Verdict, typeof Count>);
export type VerdictCounts = Type.Static<typeof VerdictCounts>;

/** Milliseconds and how many calls took at most that long, but longer than the entry before. */
const Latency = Type.Object({
  n: Count,
  histogram: Type.Array(Type.Tuple([Type.Number({ minimum: 0 }), Count])),
});

/**
 * Verdict counts of one entry into a stage, per stratum; the entry with key `null` is all of them together.
 * `from` is the instant the stage was entered, as the flag told the gateway: a verdict counts for the entry under
 * which its request was decided, so evidence never mixes what was seen before a step, a fix or a reset with after.
 */
const Evidence = Type.Object({
  stage: Type.String(),
  from: Type.String(),
  to: Type.String(),
  strata: Type.Array(
    Type.Object({
      key: Type.Union([Type.Null(), Type.Record(Type.String(), Type.String())]),
      verdicts: VerdictCounts,
    }),
  ),
  latency: Type.Object({ legacy: Latency, new: Latency }),
  /** False: the source could not see all of it (its database was away). Good enough for a FAIL, never for a PASS. */
  complete: Type.Optional(Type.Boolean()),
});
export type Evidence = Type.Static<typeof Evidence>;

/** The document as evidence; throws BadInput with every fault when it is none. */
export function checkEvidence(document: unknown): Evidence {
  return validate(Evidence, document, 'the evidence');
}

/** The counts of all strata together, or null when the evidence has no such entry. */
export function pooled(evidence: Evidence): VerdictCounts | null {
  return evidence.strata.find((s) => s.key === null)?.verdicts ?? null;
}
