import { VERDICTS, type VerdictCounts } from '@core-exit/rollout';
import { stratumText } from '../store/batch.ts';
import { latencyBucket } from '../store/latency-bucket.ts';
import { noVerdicts } from '../store/tally.ts';
import type { MaskedDifference, Observation } from '../verdict/observation.ts';

/** Signatures, and strata, listed in a report, which a person must be able to read. Further ones count as `untold`. */
const MAX_KINDS = 500;
/** Differences of the first case of a signature that a report shows. */
const SHOWN_DIFFERENCES = 10;

type SignatureTotal = {
  id: string;
  parts: readonly string[];
  count: number;
  example: readonly MaskedDifference[];
};

/**
 * The result of a sweep, of the same size for any number of ids. It is plain JSON, because it is also the state of an
 * unfinished sweep. `asked` and `untold` are names in reports: compared ids, and what the lists leave out.
 */
export type Totals = {
  asked: number;
  ms: number;
  /** The business date that all answers must have: the given one, or that of the first answer. Null: no answer names one. */
  businessDate: string | null;
  verdicts: VerdictCounts;
  failures: Record<string, number>;
  strata: Record<string, VerdictCounts>;
  signatures: Record<string, SignatureTotal>;
  /** Comparisons whose stratum, or signature, is above the limit of the lists. */
  untold: { strata: number; signatures: number };
  /** Bucket in ms to count of calls. */
  latency: Record<'legacy' | 'new', Record<string, number>>;
};

export function noTotals(): Totals {
  return {
    asked: 0,
    ms: 0,
    businessDate: null,
    verdicts: noVerdicts(),
    failures: {},
    strata: {},
    signatures: {},
    untold: { strata: 0, signatures: 0 },
    latency: { legacy: {}, new: {} },
  };
}

/** Counts one comparison. */
export function count(totals: Totals, { verdict, because, stratum, timings, record }: Observation): void {
  totals.asked += 1;
  totals.verdicts[verdict] += 1;
  addStratum(totals, stratumText(stratum), { ...noVerdicts(), [verdict]: 1 });
  for (const { core, ms } of timings) addTo(totals.latency[core], String(latencyBucket(ms)), 1);
  if (because !== null) addTo(totals.failures, `dropped ${because}`, 1);
  if (record === null) return;
  const { failure, signature } = record;
  if (failure !== null) addTo(totals.failures, `${failure.side} ${failure.what}`, 1);
  if (signature === null) return;
  const example = record.differences.slice(0, SHOWN_DIFFERENCES);
  addSignature(totals, { id: signature.id, parts: signature.parts, count: 1, example });
}

/** Adds the totals of a chunk to the totals before it. */
export function add(to: Totals, more: Totals): void {
  to.asked += more.asked;
  to.ms += more.ms;
  to.businessDate ??= more.businessDate;
  addCounts(to.verdicts, more.verdicts);
  for (const [what, n] of Object.entries(more.failures)) addTo(to.failures, what, n);
  for (const [stratum, counts] of Object.entries(more.strata)) addStratum(to, stratum, counts);
  for (const signature of Object.values(more.signatures)) addSignature(to, signature);
  to.untold.strata += more.untold.strata;
  to.untold.signatures += more.untold.signatures;
  for (const core of ['legacy', 'new'] as const) {
    for (const [ms, n] of Object.entries(more.latency[core])) addTo(to.latency[core], ms, n);
  }
}

function addStratum(to: Totals, stratum: string, counts: VerdictCounts): void {
  if (to.strata[stratum] === undefined && Object.keys(to.strata).length >= MAX_KINDS) {
    to.untold.strata += VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
    return;
  }
  to.strata[stratum] ??= noVerdicts();
  addCounts(to.strata[stratum], counts);
}

function addSignature(to: Totals, signature: SignatureTotal): void {
  const known = to.signatures[signature.id];
  if (known !== undefined) known.count += signature.count;
  else if (Object.keys(to.signatures).length < MAX_KINDS) to.signatures[signature.id] = { ...signature };
  else to.untold.signatures += signature.count;
}

function addCounts(to: VerdictCounts, more: VerdictCounts): void {
  for (const verdict of VERDICTS) to[verdict] += more[verdict];
}

function addTo(counts: Record<string, number>, name: string, n: number): void {
  counts[name] = (counts[name] ?? 0) + n;
}
