/** The right to hold one of a limited number of places. `using` gives the permit back. */
export type Permit = Disposable;

/**
 * A fixed number of permits and a bounded queue of callers who wait for one. A caller who finds the queue full gets null at
 * once, so that work after the customer's answer never piles up in memory.
 */
export class BoundedSemaphore {
  private readonly permits: number;
  private readonly queueLimit: number;
  private readonly queue: ((permit: Permit) => void)[] = [];
  private held = 0;
  private waitingForIdle: (() => void)[] = [];

  constructor(permits: number, queueLimit: number) {
    this.permits = permits;
    this.queueLimit = queueLimit;
  }

  /** Resolves with a permit when one is free; null: the queue is full. */
  acquire(): Promise<Permit | null> {
    if (this.held < this.permits) {
      this.held += 1;
      return Promise.resolve(this.permit());
    }
    if (this.queue.length >= this.queueLimit) return Promise.resolve(null);
    return new Promise((resolve) => this.queue.push(resolve));
  }

  /** Permits that are held, and callers who wait for one. */
  get size(): number {
    return this.held + this.queue.length;
  }

  /** Resolves when no permit is held and no caller waits. */
  idle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.waitingForIdle.push(resolve));
  }

  private permit(): Permit {
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        this.passOn();
      },
    };
  }

  /** The first caller in the queue gets the permit that was given back. */
  private passOn(): void {
    const next = this.queue.shift();
    if (next !== undefined) return next(this.permit());
    this.held -= 1;
    if (this.held === 0) for (const resolve of this.waitingForIdle.splice(0)) resolve();
  }
}
