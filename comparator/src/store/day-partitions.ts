import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';

/** Tables are made for so many days ahead: a gateway that is down over a weekend finds them made. */
const DAYS_AHEAD = 3;
const INTERVAL_MS = 60 * 60_000;
/** While the database is away. */
const RETRY_MS = 60_000;

export type DaysOptions = { pool: pg.Pool; keptDays: number; log: Logger };

/** Makes the tables of the days to come, drops those of the days nobody needs any more and folds counts, every hour. */
export function startDays({ pool, keptDays, log }: DaysOptions): { stop(): Promise<void> } {
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      let waitMs = INTERVAL_MS;
      try {
        const dropped = await keepDays(pool, keptDays);
        if (dropped > 0) log.info({ dropped, keptDays }, 'comparisons of old days were dropped');
      } catch (error) {
        log.warn(
          { err: error },
          'days could not be made or dropped: trying again; cases go to the default table',
        );
        waitMs = RETRY_MS;
      }
      await pause(waitMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: () => {
      stop.abort();
      return running;
    },
  };
}

/** Returns how many days were dropped. Counts that a gateway of an older release wrote by the minute are folded. */
export async function keepDays(pool: pg.Pool, keptDays: number): Promise<number> {
  await pool.query('select comparator.make_days($1)', [DAYS_AHEAD]);
  const { rows } = await pool.query<{ dropped: number }>('select comparator.drop_days($1) as dropped', [
    keptDays,
  ]);
  await pool.query('select comparator.roll_up_verdicts()');
  return rows[0]?.dropped ?? 0;
}
