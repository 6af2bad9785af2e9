import type { CachedValue, DropMark } from './cached-value.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { EpochMs } from './midnight.ts';

/** An older heartbeat is ignored, because the follower may be behind by as much. */
const HEARTBEAT_MAX_AGE_MS = 2_000;
/** A heartbeat from further in the future shows that the clock of this process is slow and must not be trusted. */
const CLOCK_TOLERANCE_MS = 250;
/** Shortly before the end of its day a value is confirmed by the source, because only the source knows the day. */
const END_OF_DAY_MARGIN_MS = 1_000;

/** The epoch of values that were loaded before any follower wrote a heartbeat. */
export const NO_EPOCH = '-';

/**
 * `current`: the follower guarantees that the value has not changed. `confirm`: the value may be served if the source
 * still has this version and day. `load`: the value may not be served, and the loaded version must be at least `notBefore`.
 */
export type Freshness =
  | { kind: 'current'; cached: CachedValue }
  | { kind: 'confirm'; cached: CachedValue }
  | { kind: 'load'; notBefore: bigint };

/** Whether a cached value may be served. */
export function freshnessOf(
  cached: CachedValue | DropMark | null,
  heartbeat: Heartbeat | null,
  generation: string,
  now: EpochMs,
): Freshness {
  if (cached === null) return { kind: 'load', notBefore: 0n };
  if (
    cached.kind === 'dropped' ||
    cached.generation !== generation ||
    cached.epoch !== (heartbeat?.epoch ?? NO_EPOCH)
  ) {
    return { kind: 'load', notBefore: cached.version };
  }
  const isTimely =
    heartbeat !== null &&
    now - heartbeat.at <= HEARTBEAT_MAX_AGE_MS &&
    heartbeat.at - now <= CLOCK_TOLERANCE_MS;
  const isOfToday = heartbeat?.day === cached.day && cached.expiresAt - now > END_OF_DAY_MARGIN_MS;
  return { kind: isTimely && isOfToday ? 'current' : 'confirm', cached };
}
