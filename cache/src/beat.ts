import type { EpochMs } from './midnight.ts';

/**
 * The word of whoever follows the source: every change committed before `at` has been dropped from this store, and
 * `day` was the source's calendar day then. As long as `epoch` stays, no drop was lost.
 */
export type Beat = { epoch: string; at: EpochMs; day: string };

/** Read beside every value: it stays until a flush, so that its absence tells one. */
export const BEAT_TTL_MS = 24 * 3_600_000;

export const beatKey = (name: string): string => `${name}#beat`;

export const writeBeat = ({ epoch, at, day }: Beat): string => `${epoch} ${at} ${day}`;

/** Null for what no follower has written. */
export function readBeat(text: string | null): Beat | null {
  const [epoch, at, day] = text?.split(' ') ?? [];
  if (epoch === undefined || day === undefined || !Number.isSafeInteger(Number(at))) return null;
  return { epoch, at: Number(at), day };
}
