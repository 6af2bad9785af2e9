import { VERDICTS, type VerdictCounts } from '@core-exit/rollout';
import { stratumText } from '../store/batch.ts';
import { latencyBucket } from '../store/latency-bucket.ts';
import { noVerdicts } from '../store/tally.ts';
import type { MaskedDifference, Observation } from '../verdict/observation.ts';

/** Different signatures and strata told apart; beyond, they are counted in the totals alone. */
const MAX_KINDS = 500;

type SignatureTotal = {
  id: string;
  parts: readonly string[];
  count: number;
  example: readonly MaskedDifference[];
};

/** All that is kept of a sweep, however many accounts it has; plain JSON, so that a killed one can be gone on with. */
export type Totals = {
  asked: number;
  ms: number;
  verdicts: VerdictCounts;
  failures: Record<string, number>;
  strata: Record<string, VerdictCounts>;
  signatures: Record<string, SignatureTotal>;
  /** Bucket in ms to calls. */
  latency: Record<'legacy' | 'new', Record<string, number>>;
};

export function noTotals(): Totals {
  return {
    asked: 0,
    ms: 0,
    verdicts: noVerdicts(),
    failures: {},
    strata: {},
    signatures: {},
    latency: { legacy: {}, new: {} },
  };
}

export function count(totals: Totals, { verdict, stratum, timings, record }: Observation): void {
  totals.asked += 1;
  totals.verdicts[verdict] += 1;
  const cell = stratumText(stratum);
  if (totals.strata[cell] !== undefined || Object.keys(totals.strata).length < MAX_KINDS) {
    totals.strata[cell] ??= noVerdicts();
    totals.strata[cell][verdict] += 1;
  }
  for (const { core, ms } of timings) {
    const bucket = String(latencyBucket(ms));
    totals.latency[core][bucket] = (totals.latency[core][bucket] ?? 0) + 1;
  }
  if (record === null) return;
  if (record.failure !== null) {
    const what = `${record.failure.side} ${record.failure.what}`;
    totals.failures[what] = (totals.failures[what] ?? 0) + 1;
  }
  const { signature } = record;
  if (signature === null) return;
  const known = totals.signatures[signature.id];
  if (known !== undefined) known.count += 1;
  else if (Object.keys(totals.signatures).length < MAX_KINDS) {
    const example = record.differences.slice(0, 10);
    totals.signatures[signature.id] = { id: signature.id, parts: signature.parts, count: 1, example };
  }
}

/** Adds a chunk's totals to those before. */
export function add(to: Totals, more: Totals): void {
  to.asked += more.asked;
  to.ms += more.ms;
  const addCounts = (a: VerdictCounts, b: VerdictCounts) => {
    for (const verdict of VERDICTS) a[verdict] += b[verdict];
  };
  addCounts(to.verdicts, more.verdicts);
  for (const [what, n] of Object.entries(more.failures)) to.failures[what] = (to.failures[what] ?? 0) + n;
  for (const [cell, counts] of Object.entries(more.strata)) {
    to.strata[cell] ??= noVerdicts();
    addCounts(to.strata[cell], counts);
  }
  for (const signature of Object.values(more.signatures)) {
    const known = to.signatures[signature.id];
    if (known === undefined) to.signatures[signature.id] = signature;
    else known.count += signature.count;
  }
  for (const core of ['legacy', 'new'] as const) {
    for (const [ms, n] of Object.entries(more.latency[core])) {
      to.latency[core][ms] = (to.latency[core][ms] ?? 0) + n;
    }
  }
}
