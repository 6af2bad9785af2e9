import type { Beat } from './beat.ts';
import type { Entry, Kept } from './cached-value.ts';
import type { EpochMs } from './midnight.ts';

/** A follower that has said nothing for this long may be behind by as much: its word is no longer taken. */
const BEAT_MAX_AGE_MS = 2_000;
/** A beat from further in the future means that this process's clock is slow: then it must not judge by it. */
const CLOCK_TOLERANCE_MS = 250;
/** So close to the end of its day a value is confirmed by the source: whose midnight it is, no clock here decides. */
const END_OF_DAY_MARGIN_MS = 1_000;

/**
 * `current`: nothing happened to it since, as the follower says. `confirm`: usable if the source still has this version
 * and day. `load`: not usable; what is loaded must not be older than `notBefore`.
 */
export type Judgement =
  | { kind: 'current'; kept: Kept }
  | { kind: 'confirm'; kept: Kept }
  | { kind: 'load'; notBefore: bigint };

/** May this entry be served? */
export function judge(entry: Entry | null, beat: Beat | null, generation: string, now: EpochMs): Judgement {
  if (entry === null) return { kind: 'load', notBefore: 0n };
  if (
    entry.kind === 'dropped' ||
    entry.generation !== generation ||
    entry.epoch !== (beat?.epoch ?? NO_EPOCH)
  ) {
    return { kind: 'load', notBefore: entry.version };
  }
  const isWord = beat !== null && now - beat.at <= BEAT_MAX_AGE_MS && beat.at - now <= CLOCK_TOLERANCE_MS;
  const isOfToday = beat?.day === entry.day && entry.expiresAt - now > END_OF_DAY_MARGIN_MS;
  return { kind: isWord && isOfToday ? 'current' : 'confirm', kept: entry };
}

/** Of what was loaded when no follower had ever spoken. */
export const NO_EPOCH = '-';
