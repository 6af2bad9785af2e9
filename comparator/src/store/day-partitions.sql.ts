import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';

/** Partitions are created for so many days ahead, so that they exist even if all gateways are down over a weekend. */
const DAYS_AHEAD = 3;
const INTERVAL_MS = 60 * 60_000;
/** Pause after a failure. */
const RETRY_MS = 60_000;

export type DayPartitionOptions = { pool: pg.Pool; keptDays: number; log: Logger };

/** Runs {@link maintainDayPartitions} every hour, until `stop` is called. */
export function startDayPartitions({ pool, keptDays, log }: DayPartitionOptions): { stop(): Promise<void> } {
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      let waitMs = INTERVAL_MS;
      try {
        const dropped = await maintainDayPartitions(pool, keptDays);
        if (dropped > 0) log.info({ dropped, keptDays }, 'dropped the comparisons of old days');
      } catch (error) {
        log.warn(
          { err: error },
          'the partitions of the days were not maintained, so cases go to the default partition: the next attempt follows in a minute',
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

/**
 * Creates the partitions of the next days, drops those of the days that are no longer kept, and sums up the counts that a
 * gateway of an older release wrote for each minute. Returns how many days were dropped.
 */
export async function maintainDayPartitions(pool: pg.Pool, keptDays: number): Promise<number> {
  await pool.query('select comparator.make_days($1)', [DAYS_AHEAD]);
  const { rows } = await pool.query<{ dropped: number }>('select comparator.drop_days($1) as dropped', [
    keptDays,
  ]);
  await pool.query('select comparator.roll_up_verdicts()');
  return rows[0]?.dropped ?? 0;
}
