import pg from 'pg';
import type { StageOrder, StageOrderState } from '../decide/stage-order.ts';

/** A gateway must see a stop within one second (docs/comparison.md, section 7), so it reads twice a second. */
const READ_EVERY_MS = 500;
/** Two intervals. A read by primary key takes about a millisecond. */
const READ_TIMEOUT_MS = 1_000;

/** An advance reaches a gateway through Unleash in about a second. After this time the previous stay is over. */
const ADVANCE_ARRIVES_WITHIN_MS = 10_000;

export type StageOrderReader = { current(): StageOrderState; close(): Promise<void> };

/**
 * Reads the row of a flag in `rollout.stage` until closed; every role of the database may read that table. After a
 * failed read the last known order stays in effect. `onTrouble` is called once when reads begin to fail.
 */
export async function startStageOrderReader(
  databaseUrl: string,
  flag: string,
  onTrouble: (error: Error) => void,
): Promise<StageOrderReader> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    connectionTimeoutMillis: READ_TIMEOUT_MS,
    query_timeout: READ_TIMEOUT_MS,
    statement_timeout: READ_TIMEOUT_MS,
    application_name: 'rollout-stage-order',
  });
  pool.on('error', onTrouble);
  let state: StageOrderState = { kind: 'unread' };
  let changedAt = Date.now();
  let isInTrouble = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const read = async (): Promise<void> => {
    try {
      const { rows } = await pool.query<StageOrder>({ name: 'stage-order', text: READ, values: [flag] });
      const next: StageOrderState =
        rows[0] === undefined ? { kind: 'none' } : { kind: 'ordered', order: rows[0] };
      if (sinceOf(next) !== sinceOf(state)) changedAt = Date.now();
      state = next;
      isInTrouble = false;
    } catch (error) {
      if (!isInTrouble) onTrouble(error instanceof Error ? error : new Error(String(error)));
      isInTrouble = true;
    }
  };
  let reading = read();
  const scheduleNext = (): void => {
    if (isClosed) return;
    timer = setTimeout(() => {
      reading = read();
      void reading.then(scheduleNext);
    }, READ_EVERY_MS);
  };
  await reading;
  scheduleNext();
  return {
    current() {
      const isPreviousOver = Date.now() - changedAt > ADVANCE_ARRIVES_WITHIN_MS;
      if (state.kind !== 'ordered' || !isPreviousOver) return state;
      return { kind: 'ordered', order: { ...state.order, beforeSince: null } };
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await reading;
      await pool.end();
    },
  };
}

const sinceOf = (state: StageOrderState): string | undefined =>
  state.kind === 'ordered' ? state.order.since : undefined;

const READ = `
  select stage, since, shadow, primary_core as primary, held, before_since as "beforeSince"
    from rollout.stage where flag = $1`;
