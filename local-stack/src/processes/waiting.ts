/** A process that the run waits for: a server that is not ready, or a command that has not ended. */
export type Waiting = { name: string; seconds: number; limitSeconds: number };

export type OnWaiting = (waiting: readonly Waiting[]) => void;

const EVERY_MS = 1_000;

/** Reports once a second what a run waits for, the longest wait first, and an empty list when the last wait is over. */
export class WaitingList {
  readonly #waits = new Map<string, { since: number; limitSeconds: number }>();
  readonly #report: OnWaiting;
  #timer: NodeJS.Timeout | undefined;

  constructor(report: OnWaiting) {
    this.#report = report;
  }

  /** Lists `name` until `work` is settled; returns what `work` returns. */
  async during<Result>(name: string, limitMs: number, work: Promise<Result>): Promise<Result> {
    this.#waits.set(name, { since: performance.now(), limitSeconds: Math.round(limitMs / 1_000) });
    this.#timer ??= setInterval(() => this.#tick(), EVERY_MS).unref();
    try {
      return await work;
    } finally {
      this.#waits.delete(name);
      if (this.#waits.size === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
        this.#report([]);
      }
    }
  }

  #tick(): void {
    const now = performance.now();
    const waiting = [...this.#waits].map(([name, { since, limitSeconds }]) => ({
      name,
      seconds: Math.round((now - since) / 1_000),
      limitSeconds,
    }));
    this.#report(waiting);
  }
}
