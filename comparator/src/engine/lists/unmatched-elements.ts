import type { Ids } from './common-subsequence.ts';

/** The elements of a list that have no partner yet, found by their id. Elements of one id are taken in their order. */
export class UnmatchedElements {
  private readonly heads = new Map<number, number>();
  /** The next index with the same id, or -1. */
  private readonly next: Int32Array;

  /** `isIncluded`: which elements are unmatched at the start; by default all of them. */
  constructor(ids: Ids, isIncluded: (index: number) => boolean = () => true) {
    this.next = new Int32Array(ids.length);
    for (let i = ids.length - 1; i >= 0; i -= 1) {
      if (!isIncluded(i)) continue;
      this.next[i] = this.heads.get(ids[i] as number) ?? -1;
      this.heads.set(ids[i] as number, i);
    }
  }

  /** Removes the first unmatched element of an id and returns its index, or -1 when there is none. */
  take(id: number): number {
    const index = this.heads.get(id) ?? -1;
    if (index >= 0) this.heads.set(id, this.next[index] as number);
    return index;
  }
}
