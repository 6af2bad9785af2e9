import type { EpochMs } from './midnight.ts';

/**
 * A message of the follower in the store: every change committed before `at` has been dropped from this store, and `day`
 * was the source's calendar day at that time. While `epoch` is the same, no drop was lost.
 */
export type Heartbeat = { epoch: string; at: EpochMs; day: string };

/** The heartbeat is read together with every value. It is kept long, so that its absence shows that the store was flushed. */
export const HEARTBEAT_TTL_MS = 24 * 3_600_000;

export const heartbeatKey = (name: string): string => `${name}#beat`;

export const writeHeartbeat = ({ epoch, at, day }: Heartbeat): string => `${epoch} ${at} ${day}`;

/** Null for a text that no follower has written. */
export function readHeartbeat(text: string | null): Heartbeat | null {
  const [epoch, at, day] = text?.split(' ') ?? [];
  if (epoch === undefined || day === undefined || !Number.isSafeInteger(Number(at))) return null;
  return { epoch, at: Number(at), day };
}
