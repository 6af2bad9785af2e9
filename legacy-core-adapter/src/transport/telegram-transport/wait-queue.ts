/** A bounded queue of callers who wait for an item. The first caller is served first, and each waits for a bounded time. */
export class WaitQueue<T> {
  readonly #max: number;
  readonly #waiting = new Set<(item: T | null) => void>();

  constructor(max: number) {
    this.#max = max;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Resolves with the item that is handed over, or with null if the time is over or the queue is full. */
  wait(withinMs: number): Promise<T | null> {
    if (this.#waiting.size >= this.#max) return Promise.resolve(null);
    return new Promise((resolve) => {
      const leave = (item: T | null): void => {
        clearTimeout(timer);
        this.#waiting.delete(leave);
        resolve(item);
      };
      const timer = setTimeout(() => leave(null), withinMs);
      this.#waiting.add(leave);
    });
  }

  /** Hands the item to the caller who has waited longest. */
  serve(item: T): void {
    const [first] = this.#waiting;
    first?.(item);
  }

  /** Ends every wait with null. */
  clear(): void {
    for (const leave of this.#waiting) leave(null);
  }
}
