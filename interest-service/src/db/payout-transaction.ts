import type { PoolClient, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { isRefusedByServer } from './faults.ts';
import type { Prepared } from './payout-sql.ts';
import { outcomeUnknown, tryAgain } from './transaction.ts';
import { travelTogether } from './travelling-pair.ts';

/** Said in full: a server whose default is another level must not change what a payout relies on. */
const BEGIN = { text: 'begin isolation level read committed', goes: 'before' } as const;
const COMMIT = { text: 'commit', goes: 'after' } as const;

/** One payout's transaction on a client of its own. It opens with its first statement and commits with its last. */
export interface ThreeTrips {
  /** BEGIN and a statement in one round trip. */
  first<Row extends QueryResultRow>(statement: Prepared, values: unknown[]): Promise<Row | undefined>;
  next<Row extends QueryResultRow>(statement: Prepared, values: unknown[]): Promise<Row | undefined>;
  /** A statement and COMMIT in one round trip. */
  last<Row extends QueryResultRow>(statement: Prepared, values: unknown[]): Promise<Row | undefined>;
}

/** Runs `work` in a READ COMMITTED transaction, tried again whole; what `last` did not commit is rolled back. */
export async function inThreeTrips<T>(
  source: DataSource,
  work: (trips: ThreeTrips) => Promise<T>,
): Promise<T> {
  return await tryAgain(() => once(source, work));
}

async function once<T>(source: DataSource, work: (trips: ThreeTrips) => Promise<T>): Promise<T> {
  const driver = source.driver as PostgresDriver;
  const [client, release] = (await driver.obtainMasterConnection()) as [PoolClient, PoolClient['release']];
  const transaction = threeTrips(client);
  let broken: Error | undefined;
  try {
    return await work(transaction);
  } finally {
    // A failed ROLLBACK leaves the transaction open on a connection that the next request would commit.
    await transaction.close().catch((fault: Error) => {
      broken = fault;
    });
    release(broken);
  }
}

/** The pool's clients pipeline (data-source.ts): a statement leaves at once, whatever travels before it. */
function threeTrips(client: PoolClient): ThreeTrips & { close(): Promise<void> } {
  let isOpen = false;
  return {
    async first(statement, values) {
      isOpen = true;
      return await travelTogether(client, BEGIN, { ...statement, values });
    },
    next: ({ name, text }, values) => client.query({ name, text, values }).then(({ rows }) => rows[0]),
    async last(statement, values) {
      try {
        const row = await travelTogether<never>(client, COMMIT, { ...statement, values });
        isOpen = false;
        return row;
      } catch (fault) {
        // Refused, it was the statement or the COMMIT: nothing is committed. Anything else may have come after it.
        throw isRefusedByServer(fault) ? fault : outcomeUnknown(fault);
      }
    },
    async close() {
      if (isOpen) await client.query('rollback');
    },
  };
}
