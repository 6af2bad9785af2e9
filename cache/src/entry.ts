import type { EpochMs } from './midnight.ts';

/** A kept value. `day`: the calendar day it holds for, as its source said; `epoch`: of the follower when it was loaded. */
export type Kept = {
  kind: 'kept';
  version: bigint;
  day: string;
  expiresAt: EpochMs;
  epoch: string;
  generation: string;
  text: string;
};

/** What a key holds: a value, or the mark that everything older than a version was dropped. */
export type Entry = Kept | { kind: 'dropped'; version: bigint };

const HEAD_END = '\n';

/** One line of head, then the value as it is. The store writes `VERSION:` before it. */
export function writeEntry({
  day,
  expiresAt,
  epoch,
  generation,
  text,
}: Omit<Kept, 'kind' | 'version'>): string {
  return `${day} ${expiresAt} ${epoch} ${generation}${HEAD_END}${text}`;
}

/** Null for what this cache has not written: it is as if nothing were there. */
export function readEntry(held: string | null): Entry | null {
  if (held === null) return null;
  const colon = held.indexOf(':');
  const version = held.slice(0, colon);
  if (!/^[0-9]+$/.test(version)) return null;
  if (colon === held.length - 1) return { kind: 'dropped', version: BigInt(version) };
  const end = held.indexOf(HEAD_END, colon);
  if (end < 0) return null;
  const [day, expiresAt, epoch, ...generation] = held.slice(colon + 1, end).split(' ');
  if (day === undefined || epoch === undefined) return null;
  return {
    kind: 'kept',
    version: BigInt(version),
    day,
    expiresAt: Number(expiresAt),
    epoch,
    generation: generation.join(' '),
    text: held.slice(end + 1),
  };
}
