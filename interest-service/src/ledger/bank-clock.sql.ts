import type { DataSource } from 'typeorm';

/** The bank's date moves at midnight, and by hand in development. A cached quote may lag behind by this much. */
const REFRESH_MS = 500;

const BANK_NOW = 'select (extract(epoch from core.bank_now()) * 1000)::bigint::text as ms';

/**
 * The bank's clock, read from PostgreSQL. Between two readings the process adds its own elapsed time, so that a wrong clock
 * of this machine cannot move midnight.
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
    const [row] = await this.#source.query<{ ms: string }[]>(BANK_NOW);
    if (row !== undefined) this.#offsetMs += Number(row.ms) - this.now();
  }
}
