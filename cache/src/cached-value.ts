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

/** VERSION:DAY EXPIRES_AT EPOCH GENERATION, as far as the line goes. One expression: an entry is read for every value served. */
const HEAD = /^([0-9]+):([^ \n]+) ([^ \n]*) ([^ \n]+)(?: ([^\n]*))?\n/;
const MARK = /^([0-9]+):$/;

/** Null for what this cache has not written: it is as if nothing were there. */
export function readEntry(held: string | null): Entry | null {
  if (held === null) return null;
  const head = HEAD.exec(held);
  if (head === null) {
    const mark = MARK.exec(held)?.[1];
    return mark === undefined ? null : { kind: 'dropped', version: BigInt(mark) };
  }
  const [line, version = '', day = '', expiresAt, epoch = '', generation = ''] = head;
  return {
    kind: 'kept',
    version: BigInt(version),
    day,
    expiresAt: Number(expiresAt),
    epoch,
    generation,
    text: held.slice(line.length),
  };
}
