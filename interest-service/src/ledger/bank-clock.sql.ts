import type { DataSource } from 'typeorm';

/** The bank's date moves at midnight, and by hand in development; a cached quote may lag that by this much. */
const REFRESH_MS = 500;

/**
 * The bank's clock, as PostgreSQL tells it: this process only carries it on between two readings, so a wrong clock
 * on this machine cannot move midnight.
 */
export class BankClock {
  readonly #source: DataSource;
  #offsetMs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async start(onFault: (fault: unknown) => void): Promise<void> {
    await this.#read();
    this.#timer = setInterval(() => void this.#read().catch(onFault), REFRESH_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Whole milliseconds since the epoch, on the bank's clock. */
  now(): number {
    return Math.round(performance.timeOrigin + performance.now() + this.#offsetMs);
  }

  async #read(): Promise<void> {
    const [row] = await this.#source.query<{ ms: string }[]>(
      'select (extract(epoch from core.bank_now()) * 1000)::bigint::text as ms',
    );
    if (row !== undefined) this.#offsetMs += Number(row.ms) - this.now();
  }
}
