import pg from 'pg';
import type { StopOrder, StopOrderState } from './stop-order.ts';

/** Half of the second in which comparison.md section 7 wants a stop to be seen; one row by its key. */
const READ_EVERY_MS = 500;
/** Longer than this and the next read is due twice over. */
const READ_TIMEOUT_MS = 1_000;

/** A step forward reaches a gateway through Unleash in about a second; longer than this, its old entry is over. */
const ON_ITS_WAY_MS = 10_000;

export type StopOrderReader = { current(): StopOrderState; close(): Promise<void> };

/**
 * Reads the flag's row until closed. A read that fails leaves the last known order in force. Needs a role that may read
 * `rollout.stage`, which every role of the database may.
 */
export async function startStopOrderReader(
  databaseUrl: string,
  flag: string,
  onTrouble: (error: Error) => void,
): Promise<StopOrderReader> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    connectionTimeoutMillis: READ_TIMEOUT_MS,
    query_timeout: READ_TIMEOUT_MS,
    statement_timeout: READ_TIMEOUT_MS,
    application_name: 'rollout-stop-order',
  });
  pool.on('error', onTrouble);
  let order: StopOrderState;
  let seenAt = Date.now();
  let isInTrouble = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const read = async (): Promise<void> => {
    try {
      const { rows } = await pool.query<StopOrder>({ name: 'stop-order', text: READ, values: [flag] });
      const next = rows[0] ?? null;
      if (next?.since !== order?.since) seenAt = Date.now();
      order = next;
      isInTrouble = false;
    } catch (error) {
      if (!isInTrouble) onTrouble(error instanceof Error ? error : new Error(String(error)));
      isInTrouble = true;
    }
  };
  let reading = read();
  const again = (): void => {
    if (closed) return;
    timer = setTimeout(() => {
      reading = read();
      void reading.then(again);
    }, READ_EVERY_MS);
  };
  await reading;
  again();
  return {
    current() {
      const isOver = Date.now() - seenAt > ON_ITS_WAY_MS;
      return order != null && isOver ? { ...order, beforeSince: null } : order;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await reading;
      await pool.end();
    },
  };
}

const READ = `select stage, since, shadow, primary_core as primary, held, before_since as "beforeSince" from rollout.stage where flag = $1`;
