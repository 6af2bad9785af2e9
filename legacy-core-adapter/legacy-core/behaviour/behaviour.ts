import type { Latency } from './latency.ts';

/**
 * How the legacy core behaves beside what it answers. Shares are of the transactions named in `of`, from 0 to 1; each
 * request suffers at most one of them. Everything can be changed while it runs.
 */
export type Behaviour = {
  latency: Latency;
  /** Transactions that suffer; null: all but the poll. */
  of: readonly string[] | null;
  /** Refused unexecuted, no capacity (E503). */
  rejects: number;
  /** The request is lost before anything is done. */
  dropsRequests: number;
  /** Executed and committed; the answer is lost. */
  dropsAnswers: number;
  /** The session is reset, before the work or after its commit. */
  resetsBefore: number;
  resetsAfter: number;
  /** The answer comes twice. */
  duplicates: number;
  /** Executed, and answered this much later than the caller listens. */
  late: number;
  lateByMs: number;
  /** Everything stands still for this long, once a stall began. */
  stalls: number;
  stallMs: number;
  /** Can answer from a past basis. A core that cannot answers from its present state, whatever basis is asked. */
  pins: boolean;
};

export const WELL: Behaviour = {
  latency: { kind: 'none' },
  of: null,
  rejects: 0,
  dropsRequests: 0,
  dropsAnswers: 0,
  resetsBefore: 0,
  resetsAfter: 0,
  duplicates: 0,
  late: 0,
  lateByMs: 0,
  stalls: 0,
  stallMs: 0,
  pins: true,
};

/** The mean that was published of the transaction this legacy core stands for. */
const PUBLISHED_MS = 300;

/** Named behaviours. */
export const PROFILES = {
  well: WELL,
  published: { ...WELL, latency: { kind: 'skewed', meanMs: PUBLISHED_MS } },
  batch: { ...WELL, latency: { kind: 'two-peaks', fastMs: 20, slowMs: 1_500, slowShare: 0.05 } },
  stalls: { ...WELL, stalls: 0.02, stallMs: 2_000 },
  'drops-answers': { ...WELL, dropsAnswers: 0.2 },
  'drops-requests': { ...WELL, dropsRequests: 0.2 },
  duplicates: { ...WELL, duplicates: 0.5 },
  'late-answers': { ...WELL, late: 0.2, lateByMs: 200 },
  resets: { ...WELL, resetsBefore: 0.05, resetsAfter: 0.05 },
  'reject-storm': { ...WELL, rejects: 0.9 },
  'cannot-pin': { ...WELL, pins: false },
} as const satisfies Record<string, Behaviour>;
export type ProfileName = keyof typeof PROFILES;

export function isProfile(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name);
}
