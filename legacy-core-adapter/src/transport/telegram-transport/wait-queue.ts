/** Who waits for something scarce, first come first served, each for a bounded time and in a bounded number. */
export class WaitingRoom<T> {
  readonly #max: number;
  readonly #waiting = new Set<(got: T | null) => void>();

  constructor(max: number) {
    this.#max = max;
  }

  get hasSomebody(): boolean {
    return this.#waiting.size > 0;
  }

  /** Resolves with what is handed over, or null when the time is over or the room is full. */
  wait(withinMs: number): Promise<T | null> {
    if (this.#waiting.size >= this.#max) return Promise.resolve(null);
    return new Promise((resolve) => {
      const leave = (got: T | null): void => {
        clearTimeout(timer);
        this.#waiting.delete(leave);
        resolve(got);
      };
      const timer = setTimeout(() => leave(null), withinMs);
      this.#waiting.add(leave);
    });
  }

  /** Hands over to the one who has waited longest. */
  serve(item: T): void {
    const [first] = this.#waiting;
    first?.(item);
  }

  sendAllAway(): void {
    for (const leave of this.#waiting) leave(null);
  }
}
