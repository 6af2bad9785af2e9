import type { PoolClient, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { isRefusedByServer } from '../ledger/database-faults.ts';
import { CommitOutcomeUnknown } from '../ledger/faults.ts';
import { tryAgain } from '../ledger/transaction.ts';
import { type Bound, pipelined } from './pipelined-query.sql.ts';

/** With its isolation level, because a payout relies on it and a server may have another default. */
const BEGIN = { text: 'begin isolation level read committed' };
const COMMIT = { text: 'commit' };

type Row<T extends QueryResultRow> = T | undefined;

/** The transaction of one payout on a client of its own. It opens with its first packet and commits with its last. */
export interface TwoTrips {
  /**
   * BEGIN, a lock, and a read. The read is a statement of its own that begins when the lock is won, so it sees what was
   * committed during the wait. Returns the first row of lock and read.
   */
  first<L extends QueryResultRow, R extends QueryResultRow>(
    lock: Bound,
    read: Bound,
  ): Promise<[Row<L>, Row<R>]>;
  /** A statement and COMMIT. Returns the first row of the statement. */
  last<W extends QueryResultRow>(write: Bound): Promise<Row<W>>;
}

/** Runs `work` in a READ COMMITTED transaction, repeated as a whole. What `last` did not commit is rolled back. */
export async function inTwoTrips<T>(source: DataSource, work: (trips: TwoTrips) => Promise<T>): Promise<T> {
  return await tryAgain(() => once(source, work));
}

async function once<T>(source: DataSource, work: (trips: TwoTrips) => Promise<T>): Promise<T> {
  const driver = source.driver as PostgresDriver;
  const [client, release] = (await driver.obtainMasterConnection()) as [PoolClient, PoolClient['release']];
  const transaction = twoTrips(client);
  let broken: Error | undefined;
  try {
    return await work(transaction);
  } finally {
    // A failed ROLLBACK would leave the transaction open, and the next user of the connection would commit it.
    await transaction.close().catch((fault: Error) => {
      broken = fault;
    });
    release(broken);
  }
}

function twoTrips(client: PoolClient): TwoTrips & { close(): Promise<void> } {
  let isOpen = false;
  return {
    async first(lock, read) {
      isOpen = true;
      const [, locked, found] = await pipelined(client, [BEGIN, lock, read]);
      return [locked as never, found as never];
    },
    async last(write) {
      try {
        const [row] = await pipelined(client, [write, COMMIT]);
        isOpen = false;
        return row as never;
      } catch (fault) {
        // The server refused the statement or the COMMIT, so nothing is committed. Any other fault may follow a commit.
        throw isRefusedByServer(fault) ? fault : new CommitOutcomeUnknown({ cause: fault });
      }
    },
    async close() {
      if (isOpen) await client.query('rollback');
    },
  };
}
