import type { Ids } from './common-subsequence.ts';

/** Elements that wait for a partner, by their number, the first of a number first. */
export class Waiting {
  private readonly heads = new Map<number, number>();
  /** The next index of the same number, or -1. */
  private readonly next: Int32Array;

  /** `isIn`: which of the elements wait; left out: all. */
  constructor(ids: Ids, isIn: (index: number) => boolean = () => true) {
    this.next = new Int32Array(ids.length);
    for (let i = ids.length - 1; i >= 0; i -= 1) {
      if (!isIn(i)) continue;
      this.next[i] = this.heads.get(ids[i] as number) ?? -1;
      this.heads.set(ids[i] as number, i);
    }
  }

  /** The index of the next one, which waits no more; -1: nobody of this number waits. */
  take(id: number): number {
    const index = this.heads.get(id) ?? -1;
    if (index >= 0) this.heads.set(id, this.next[index] as number);
    return index;
  }
}
