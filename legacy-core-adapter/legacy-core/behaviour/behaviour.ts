import type { Latency } from './latency.ts';

/**
 * Latency and failures of the legacy core. Each share is a part from 0 to 1 of the transactions in `of`. A request has at most
 * one failure. The behaviour can be changed while the core runs.
 */
export type Behaviour = {
  latency: Latency;
  /** Transaction codes with failures; null for all except the poll. */
  of: readonly string[] | null;
  /** The request is refused without execution: no capacity (E503). */
  rejects: number;
  /** The request is lost before its execution. */
  dropsRequests: number;
  /** The request is executed and committed, and the answer is lost. */
  dropsAnswers: number;
  /** The connection is reset before the execution, or after the commit. */
  resetsBefore: number;
  resetsAfter: number;
  /** The answer is sent twice. */
  duplicates: number;
  /** The request is executed, and answered this long after the caller has left. */
  late: number;
  lateByMs: number;
  /** A stall stops every execution for this long. */
  stalls: number;
  stallMs: number;
  /** Whether the core answers as of a past basis. If not, the core answers as of its present state for every basis. */
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

/** The published mean of the transaction that this legacy core models. */
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
export const PROFILE_NAMES = Object.keys(PROFILES) as ProfileName[];

export function isProfile(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name);
}
