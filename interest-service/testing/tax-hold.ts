import { type SpawnedProcess, waitFor } from '@core-exit/local-stack/testing';
import pg from 'pg';
import type { TaxPath } from './tax-processes.ts';

/** Creates `public.hold()`, a trigger that waits as long as {@link killWhereItWaits} wants. */
export const HOLD = `create or replace function public.hold() returns trigger language plpgsql as
  $$ begin perform pg_advisory_xact_lock_shared(4711); return null; end $$;`;

export type Hold = {
  victim: SpawnedProcess;
  application: 'interest-relay' | 'interest-tax-worker';
  /** Statements that make the process wait for lock 4711 at one place, and statements that undo them. */
  hold: string;
  undo: string;
  /** Leads the process to that place. */
  act: () => Promise<void>;
};

/**
 * Stops a process at a place of the test's choice by a lock in its database, without a change of the product's code, kills the
 * process there and releases the lock.
 */
export async function killWhereItWaits(path: TaxPath, given: Hold): Promise<void> {
  await path.owner.query(given.hold);
  const holder = new pg.Client({ connectionString: path.db.url() });
  await holder.connect();
  try {
    await holder.query('select pg_advisory_lock(4711)');
    await given.act();
    const waits = `select count(*)::int as n from pg_stat_activity
      where application_name = $1 and wait_event = 'advisory' and datname = current_database()`;
    await waitFor(async () => (await path.one<{ n: number }>(waits, [given.application])).n > 0, {
      timeoutMs: 10_000,
      what: `${given.application} waits at the hold`,
    });
    given.victim.kill('SIGKILL');
    // As soon as the lock is free, the server would execute the statement of the killed client.
    await path.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = $1 and wait_event = 'advisory' and datname = current_database()`,
      [given.application],
    );
  } finally {
    await holder.end();
  }
  await path.owner.query(given.undo);
}
