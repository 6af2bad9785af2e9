import type { AdminReads } from '../admin/reads.ts';
import type { Recorder } from '../gateway/ports.ts';
import type { KeptCase } from './batch.ts';
import { Tally } from './tally.ts';

/** The newest cases are kept; each has a few kilobytes. */
const MAX_CASES = 1_000;
const MAX_SIGNATURES = 1_000;

type SignatureSummary = {
  operation: string;
  parts: readonly string[];
  count: number;
  first: KeptCase;
  lastAt: Date;
};

export type MemoryStore = { recorder: Recorder; tally: Tally; reads: AdminReads };

/**
 * The verdicts of this process, in memory, for `comparator try`. Because a restart loses them, the evidence is marked as
 * not complete, so no gate passes on it. `onCase` is called for every mismatch and failure.
 */
export function memoryStore(onCase: (kept: KeptCase) => void): MemoryStore {
  const tally = new Tally();
  const cases = new Map<string, KeptCase>();
  const signatures = new Map<string, SignatureSummary>();
  const keep = (kept: KeptCase): void => {
    cases.set(kept.record.id, kept);
    const oldest = cases.size > MAX_CASES ? cases.keys().next().value : undefined;
    if (oldest !== undefined) cases.delete(oldest);
    countSignature(signatures, kept);
    onCase(kept);
  };
  return {
    tally,
    recorder: {
      requested: () => tally.requested(),
      settled(observation) {
        tally.settled(observation);
        if (observation.record !== null) keep({ observation, record: observation.record });
      },
    },
    reads: readsOf(tally, cases, signatures),
  };
}

function countSignature(signatures: Map<string, SignatureSummary>, kept: KeptCase): void {
  const { signature } = kept.record;
  if (signature === null) return;
  const known = signatures.get(signature.id);
  const { operation, parts } = signature;
  if (known === undefined) {
    if (signatures.size >= MAX_SIGNATURES) return;
    signatures.set(signature.id, { operation, parts, count: 1, first: kept, lastAt: kept.observation.at });
  } else {
    known.count += 1;
    known.lastAt = kept.observation.at;
  }
}

function readsOf(
  tally: Tally,
  cases: Map<string, KeptCase>,
  signatures: Map<string, SignatureSummary>,
): AdminReads {
  const none = { n: 0, histogram: [] };
  return {
    evidence: async ({ stage = 'shadow', since = '1970-01-01T00:00:00.000Z' }) => ({
      stage,
      from: since,
      to: new Date().toISOString(),
      strata: [{ key: null, verdicts: { ...tally.verdicts } }],
      latency: { legacy: none, new: none },
      complete: false,
    }),
    verdicts: async () => ({
      requests: tally.requests,
      verdicts: { ...tally.verdicts },
      pending: tally.requests - tally.settledCount,
      abandoned: 0,
      stages: [],
    }),
    comparison: async (id) => {
      const kept = cases.get(id);
      return kept === undefined ? null : shown(kept);
    },
    comparisons: async ({ signature, verdict, limit }) =>
      [...cases.values()]
        .filter(({ record }) => signature === null || record.signature?.id === signature)
        .filter(({ observation }) => verdict === null || observation.verdict === verdict)
        .toReversed()
        .slice(0, limit)
        .map(({ observation, record }) => ({
          id: record.id,
          at: observation.at,
          operation: observation.operation,
          stage: observation.decision.stage,
          verdict: observation.verdict,
          signature: record.signature?.id ?? null,
        })),
    signatures: async () =>
      [...signatures].map(([signature, { operation, parts, count, first, lastAt }]) => ({
        signature,
        operation,
        parts,
        state: 'new',
        count,
        firstSeenAt: first.observation.at,
        lastSeenAt: lastAt,
        comparison: first.record.id,
      })),
    alerts: async () => [],
    isStored: async () => false,
  };
}

function shown({ observation, record }: KeptCase): object {
  const { at, operation, decision, stratum, verdict } = observation;
  const { id, traceId, signature, encryptedRequest: _, rulesVersion, basis, ...detail } = record;
  return {
    id,
    at,
    operation,
    stage: decision.stage,
    since: decision.since,
    stratum,
    primaryCore: decision.primary,
    verdict,
    signature: signature?.id ?? null,
    traceId,
    basis,
    primaryVersion: detail.primary.version,
    shadowVersion: detail.shadow?.version ?? null,
    rulesVersion,
    detail,
  };
}
