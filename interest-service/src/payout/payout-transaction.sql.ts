import type { PoolClient, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { isRefusedByServer } from '../ledger/database-faults.ts';
import { outcomeUnknown, tryAgain } from '../ledger/transaction.ts';
import { type Bound, inOnePacket } from './pipelined-query.sql.ts';

/** Said in full: a server whose default is another level must not change what a payout relies on. */
const BEGIN = { text: 'begin isolation level read committed' };
const COMMIT = { text: 'commit' };

type Row<T extends QueryResultRow> = T | undefined;

/** One payout's transaction on a client of its own. It opens with its first packet and commits with its last. */
export interface TwoTrips {
  /**
   * BEGIN, a lock, and a read that begins when the lock is won: a statement of its own, so it sees what was committed
   * during the wait. The rows of both.
   */
  first<L extends QueryResultRow, R extends QueryResultRow>(
    lock: Bound,
    read: Bound,
  ): Promise<[Row<L>, Row<R>]>;
  /** A statement and COMMIT. */
  last<W extends QueryResultRow>(write: Bound): Promise<Row<W>>;
}

/** Runs `work` in a READ COMMITTED transaction, tried again whole; what `last` did not commit is rolled back. */
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
    // A failed ROLLBACK leaves the transaction open on a connection that the next request would commit.
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
      const [, locked, found] = await inOnePacket(client, [BEGIN, lock, read]);
      return [locked as never, found as never];
    },
    async last(write) {
      try {
        const [row] = await inOnePacket(client, [write, COMMIT]);
        isOpen = false;
        return row as never;
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
