import type { EpochMs } from './midnight.ts';

/** `day`: the calendar day that the value is valid for, from its source. `epoch`: the follower's epoch at the load. */
export type CachedValue = {
  kind: 'value';
  version: bigint;
  day: string;
  expiresAt: EpochMs;
  epoch: string;
  generation: string;
  text: string;
};

/** The mark of a drop: everything older than `version` was dropped. */
export type DropMark = { kind: 'dropped'; version: bigint };

const HEAD_END = '\n';

/** One line with the head, then the text of the value. The store writes `VERSION:` before it. */
export function writeCachedValue({
  day,
  expiresAt,
  epoch,
  generation,
  text,
}: Omit<CachedValue, 'kind' | 'version'>): string {
  return `${day} ${expiresAt} ${epoch} ${generation}${HEAD_END}${text}`;
}

/** VERSION:DAY EXPIRES_AT EPOCH GENERATION up to the newline. One expression, because every served value is read by it. */
const HEAD = /^([0-9]+):([^ \n]+) ([^ \n]*) ([^ \n]+)(?: ([^\n]*))?\n/;
const MARK = /^([0-9]+):$/;

/** Reads what the store holds of a key. Null for a text that no cache has written, which counts as a miss. */
export function readCachedValue(held: string | null): CachedValue | DropMark | null {
  if (held === null) return null;
  const head = HEAD.exec(held);
  if (head === null) {
    const mark = MARK.exec(held)?.[1];
    return mark === undefined ? null : { kind: 'dropped', version: BigInt(mark) };
  }
  const [line, version = '', day = '', expiresAt, epoch = '', generation = ''] = head;
  return {
    kind: 'value',
    version: BigInt(version),
    day,
    expiresAt: Number(expiresAt),
    epoch,
    generation,
    text: held.slice(line.length),
  };
}
