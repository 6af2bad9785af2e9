import type { Socket } from 'node:net';
import type { PoolClient, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { isRefusedByServer, sqlState } from './faults.ts';
import type { Prepared } from './payout-sql.ts';
import { outcomeUnknown, tryAgain } from './transaction.ts';

/** Said in full: a server whose default is another level must not change what a payout relies on. */
const BEGIN = 'begin isolation level read committed';

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

function socketOf(client: PoolClient): Socket | undefined {
  return (client as unknown as { connection?: { stream?: Socket } }).connection?.stream;
}

/**
 * Statements that travel together are answered one by one: the pool's clients pipeline (data-source.ts). If the last
 * statement is refused, the COMMIT behind it finds an aborted transaction, and PostgreSQL rolls back instead.
 */
function threeTrips(client: PoolClient): ThreeTrips & { close(): Promise<void> } {
  let isOpen = false;
  const send = <Row extends QueryResultRow>({ name, text }: Prepared, values: unknown[]) =>
    client.query<Row>({ name, text, values }).then(({ rows }) => rows[0]);
  /** What `work` sends leaves in one packet: a write to the socket costs as much as all else a statement costs here. */
  const inOnePacket = <T>(work: () => T): T => {
    socketOf(client)?.cork();
    try {
      return work();
    } finally {
      socketOf(client)?.uncork();
    }
  };
  return {
    async first(statement, values) {
      isOpen = true;
      const [, row] = await inOnePacket(() =>
        Promise.all([client.query(BEGIN), send<never>(statement, values)]),
      );
      return row;
    },
    next: send,
    async last(statement, values) {
      const [written, committed] = await inOnePacket(() =>
        Promise.allSettled([send<never>(statement, values), client.query('commit')]),
      );
      const isOver = committed.status === 'fulfilled' || isRefusedByServer(committed.reason);
      isOpen = !isOver;
      // The statement's own refusal says why; whatever came of the COMMIT behind it, nothing is committed then.
      if (written.status === 'rejected' && (isOver || sqlState(written.reason) !== '')) throw written.reason;
      if (written.status === 'fulfilled' && isOver && committed.status === 'fulfilled') return written.value;
      const { reason } = committed as PromiseRejectedResult;
      throw isOver ? reason : outcomeUnknown(reason);
    },
    async close() {
      if (isOpen) await client.query('rollback');
    },
  };
}
