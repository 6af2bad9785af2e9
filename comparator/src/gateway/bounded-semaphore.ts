/**
 * Work that goes on after the customer has their answer: a fixed number of slots, a bounded queue behind them, and
 * beyond it nothing. What does not fit is refused at once; it is never queued without bound.
 */
export class Tails {
  private readonly slots: number;
  private readonly queueLimit: number;
  private readonly queue: (() => Promise<void>)[] = [];
  private running = 0;
  private waitingForIdle: (() => void)[] = [];

  constructor(slots: number, queueLimit: number) {
    this.slots = slots;
    this.queueLimit = queueLimit;
  }

  /** Takes the work, which must not throw, or returns false. */
  submit(work: () => Promise<void>): boolean {
    if (this.running < this.slots) {
      this.run(work);
      return true;
    }
    if (this.queue.length >= this.queueLimit) return false;
    this.queue.push(work);
    return true;
  }

  /** Work under way and waiting. */
  get size(): number {
    return this.running + this.queue.length;
  }

  /** Resolves when all work is done. */
  idle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.waitingForIdle.push(resolve));
  }

  private run(work: () => Promise<void>): void {
    this.running += 1;
    void work().finally(() => {
      this.running -= 1;
      const next = this.queue.shift();
      if (next !== undefined) this.run(next);
      else if (this.running === 0) for (const resolve of this.waitingForIdle.splice(0)) resolve();
    });
  }
}
