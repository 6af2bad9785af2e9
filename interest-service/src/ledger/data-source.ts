import { Fault } from '@core-exit/process/faults';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { asLedgerFault } from './database-faults.ts';
import { ENTITIES } from './entities.ts';
import { INTEREST_FAULTS } from './faults.ts';
import { assertSession, optionsOf } from './session.sql.ts';

/**
 * Two cores and every channel share the connections of the database. A payout holds one for a few milliseconds. Six
 * connections serve as many payouts a second as twenty (1,093 and 1,007, two processors), and each connection plans its
 * statements again when statistics change. Twelve, so that five locked accounts leave two connections to all other accounts.
 */
const POOL_SIZE = 12;
/** The first payout of a new connection takes 10 ms more, and far more under load, because the connection reads the catalogue and plans. */
const KEEP_IDLE_MS = 600_000;
/** A longer wait for a connection of the pool is overload: the caller gets 503 and comes back. */
const POOL_WAIT_MS = 2_000;
/** A payout waits this long for the lock of its account, twice (transaction.ts), then the caller is sent back. */
const LOCK_TIMEOUT_MS = 1_000;
/** Enforced by the server, which also frees the lock. No statement here should take a tenth of it. */
const STATEMENT_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** Client-side, because a dead link delivers no limit of the server. It ends the socket. */
const QUERY_TIMEOUT_MS = 8_000;

/**
 * A prepared statement keeps its plan as long as its connection lives. A plan that was made while a table was small reads
 * the whole table for ever: replies to one account fell from 1,061 to 428 a second within six seconds. Every statement that
 * a caller waits for selects by a key, so a plan by the index is right from the first row on.
 */
const BY_INDEX = { enable_seqscan: 'off' } as const;

export type Limits = {
  poolSize: number;
  queryTimeoutMs: number;
  session: Record<'lock_timeout' | 'statement_timeout' | 'idle_in_transaction_session_timeout', number> &
    Partial<typeof BY_INDEX>;
};

export const LIVE_LIMITS: Limits = {
  poolSize: POOL_SIZE,
  queryTimeoutMs: QUERY_TIMEOUT_MS,
  session: {
    lock_timeout: LOCK_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    ...BY_INDEX,
  },
};

/** For reading whole months of books: two connections, minutes instead of seconds, and no locks. */
export const REPORT_LIMITS: Limits = {
  poolSize: 2,
  queryTimeoutMs: 330_000,
  session: {
    lock_timeout: LOCK_TIMEOUT_MS,
    statement_timeout: 300_000,
    idle_in_transaction_session_timeout: 300_000,
  },
};

/**
 * A query fails when its connection is lost, and the pool replaces an idle connection. Between the two, while a client
 * changes hands, no listener is registered: without a listener of its own the fault would end the process.
 */
class LedgerClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** The service's connections. The server sets their limits at connect, so no code path can leave them out. */
export async function connect(
  databaseUrl: string,
  applicationName: string,
  limits: Limits = LIVE_LIMITS,
): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    driver: pg,
    url: databaseUrl,
    applicationName,
    entities: ENTITIES,
    poolSize: limits.poolSize,
    poolErrorHandler: () => undefined, // a lost idle connection is replaced; in an outage the next query fails
    extra: {
      connectionTimeoutMillis: POOL_WAIT_MS,
      idleTimeoutMillis: KEEP_IDLE_MS,
      query_timeout: limits.queryTimeoutMs,
      Client: LedgerClient,
      pipeline: true, // BEGIN travels with the lock, COMMIT with the write (payout/payout-transaction.sql.ts)
      options: optionsOf(limits.session),
    },
  });
  await source.initialize().catch((fault: unknown) => {
    throw asLedgerFault(fault);
  });
  try {
    assertDriver(source, limits);
    await assertSession((sql, values) => source.query(sql, values), limits.session);
  } catch (fault) {
    await source.destroy();
    throw fault;
  }
  return source;
}

/** If pg-native is installed, TypeORM silently takes that driver, which knows neither our limits nor pipelining. */
export function assertDriver(source: Pick<DataSource, 'driver'>, limits: Limits): void {
  const driver = source.driver as PostgresDriver;
  if (driver.postgres !== pg) throw notSafe('TypeORM loaded another driver than pg: uninstall pg-native');
  const { query_timeout: limit, pipeline } = (driver.master as pg.Pool).options as pg.PoolConfig & {
    pipeline?: boolean;
  };
  if (limit !== limits.queryTimeoutMs || pipeline !== true)
    throw notSafe(`the pool dropped its options: query_timeout ${limit}, pipeline ${pipeline}`);
}

const notSafe = (message: string): Fault => new Fault(INTEREST_FAULTS.SESSION_NOT_SAFE, message);
