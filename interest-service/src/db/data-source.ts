import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { AccountEntity } from './account-entity.ts';
import { assertSession, optionsOf } from './session-settings.ts';

/**
 * Two cores and every channel share the database's connections; a payout holds one for a few milliseconds. Six serve as many
 * payouts a second as twenty (1,093 and 1,007, two processors), and each more plans everything anew when statistics change;
 * twelve, so that five locked accounts leave two to everybody else.
 */
const POOL_SIZE = 12;
/** A new connection has to read the catalogue and to plan every statement: its first payout takes ten milliseconds more, and far more under load. */
const KEEP_IDLE_MS = 600_000;
/** Waiting longer than this for a pooled connection is overload: answer 503 and let the caller come back. */
const POOL_WAIT_MS = 2_000;
/** A payout behind another on the same account waits this long, twice (transaction.ts), then is told to come back. */
const LOCK_TIMEOUT_MS = 1_000;
/** Enforced by the server, which also frees the lock; no statement here should take a tenth of it. */
const STATEMENT_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** Client-side, for a link that swallows everything: then no server-side limit ever reaches us. It ends the socket. */
const QUERY_TIMEOUT_MS = 8_000;

/**
 * A prepared statement keeps its plan as long as its connection lives, and one made while a table was small reads all of
 * it ever after: replies to one account fell from 1,061 to 428 a second within six seconds. Every statement that somebody
 * waits for goes by a key, so the plan that goes by its index is right from the first row on.
 */
const BY_INDEX = { enable_seqscan: 'off' } as const;

type Limits = {
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

/** For reading whole months of books: two connections, minutes instead of seconds, and no lock that anybody waits for. */
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
 * Whoever waits for an answer hears of a lost connection by it, and the pool replaces an idle one. In between, while
 * a client changes hands, nobody listens: without a listener of its own the fault would end the process.
 */
class LedgerClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** The service's connections, limits set by the server at connect: no round trip, and nothing can forget them. */
export async function connect(
  databaseUrl: string,
  applicationName: string,
  limits: Limits = LIVE_LIMITS,
): Promise<DataSource> {
  const source = await new DataSource({
    type: 'postgres',
    driver: pg,
    url: databaseUrl,
    applicationName,
    entities: [AccountEntity],
    poolSize: limits.poolSize,
    poolErrorHandler: () => undefined, // a lost idle connection is replaced; whoever needs one next hears of a real outage
    extra: {
      connectionTimeoutMillis: POOL_WAIT_MS,
      idleTimeoutMillis: KEEP_IDLE_MS,
      query_timeout: limits.queryTimeoutMs,
      Client: LedgerClient,
      pipeline: true, // BEGIN travels with the lock, COMMIT with the write (payout-transaction.ts)
      options: optionsOf(limits.session),
    },
  }).initialize();
  try {
    assertDriver(source, limits);
    await assertSession((sql, values) => source.query(sql, values), limits.session);
  } catch (fault) {
    await source.destroy();
    throw fault;
  }
  return source;
}

/** TypeORM takes pg-native without a word if it can be resolved; that one knows neither our limits nor pipelining. */
export function assertDriver(source: Pick<DataSource, 'driver'>, limits: Limits): void {
  const driver = source.driver as PostgresDriver;
  if (driver.postgres !== pg) throw new Error('TypeORM loaded another driver than pg: uninstall pg-native');
  const { query_timeout: limit, pipeline } = (driver.master as pg.Pool).options as pg.PoolConfig & {
    pipeline?: boolean;
  };
  if (limit !== limits.queryTimeoutMs || pipeline !== true)
    throw new Error(`the pool dropped its options: query_timeout ${limit}, pipeline ${pipeline}`);
}
