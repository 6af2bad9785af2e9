/** Most lists are short. */
const FIRST_SLOTS = 64;

/**
 * Numbers for pairs of numbers: the same for the same pair, and no two pairs share one. A table with open addressing in
 * typed arrays; a Map with a text for a key takes ten times as long (V8 14).
 */
export class PairTable {
  private readonly next: () => number;
  private heads = new Int32Array(FIRST_SLOTS);
  private tails = new Int32Array(FIRST_SLOTS);
  /** 0: the slot is free. */
  private ids = new Int32Array(FIRST_SLOTS);
  private size = 0;

  /** `next` gives a fresh number, greater than zero. */
  constructor(next: () => number) {
    this.next = next;
  }

  of(head: number, tail: number): number {
    const slot = this.slotOf(head, tail);
    const known = this.ids[slot] as number;
    if (known > 0) return known;
    const id = this.next();
    this.put(slot, head, tail, id);
    this.size += 1;
    if (this.size * 2 > this.ids.length) this.grow();
    return id;
  }

  private put(slot: number, head: number, tail: number, id: number): void {
    this.heads[slot] = head;
    this.tails[slot] = tail;
    this.ids[slot] = id;
  }

  /** Where the pair stands, or the free slot where it belongs. */
  private slotOf(head: number, tail: number): number {
    const mask = this.ids.length - 1;
    let hash = Math.imul(head, 0x9e3779b1) ^ Math.imul(tail, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    while ((this.ids[slot] as number) > 0 && (this.heads[slot] !== head || this.tails[slot] !== tail)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private grow(): void {
    const { heads, tails, ids } = this;
    const slots = ids.length * 4;
    [this.heads, this.tails, this.ids] = [
      new Int32Array(slots),
      new Int32Array(slots),
      new Int32Array(slots),
    ];
    for (let i = 0; i < ids.length; i += 1) {
      const [head, tail, id] = [heads[i] as number, tails[i] as number, ids[i] as number];
      if (id > 0) this.put(this.slotOf(head, tail), head, tail, id);
    }
  }
}
