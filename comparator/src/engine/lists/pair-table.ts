/** Small, because most lists are short. Must be a power of two. */
const INITIAL_CAPACITY = 64;

/**
 * Gives every pair of numbers its own number. The table uses open addressing in typed arrays, because a Map with text
 * keys takes ten times as long (V8 14).
 */
export class PairTable {
  private readonly next: () => number;
  private heads = new Int32Array(INITIAL_CAPACITY);
  private tails = new Int32Array(INITIAL_CAPACITY);
  /** 0: the place is free. */
  private ids = new Int32Array(INITIAL_CAPACITY);
  private size = 0;

  /** `next` returns a new number greater than zero. */
  constructor(next: () => number) {
    this.next = next;
  }

  of(head: number, tail: number): number {
    const index = this.indexOf(head, tail);
    const known = this.ids[index] as number;
    if (known > 0) return known;
    const id = this.next();
    this.put(index, head, tail, id);
    this.size += 1;
    if (this.size * 2 > this.ids.length) this.grow();
    return id;
  }

  private put(index: number, head: number, tail: number, id: number): void {
    this.heads[index] = head;
    this.tails[index] = tail;
    this.ids[index] = id;
  }

  /** The index of the pair, or of the free place for it. */
  private indexOf(head: number, tail: number): number {
    const mask = this.ids.length - 1;
    let hash = Math.imul(head, 0x9e3779b1) ^ Math.imul(tail, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let index = (hash ^ (hash >>> 13)) & mask;
    while ((this.ids[index] as number) > 0 && (this.heads[index] !== head || this.tails[index] !== tail)) {
      index = (index + 1) & mask;
    }
    return index;
  }

  private grow(): void {
    const { heads, tails, ids } = this;
    const capacity = ids.length * 4;
    [this.heads, this.tails, this.ids] = [
      new Int32Array(capacity),
      new Int32Array(capacity),
      new Int32Array(capacity),
    ];
    for (let i = 0; i < ids.length; i += 1) {
      const [head, tail, id] = [heads[i] as number, tails[i] as number, ids[i] as number];
      if (id > 0) this.put(this.indexOf(head, tail), head, tail, id);
    }
  }
}
