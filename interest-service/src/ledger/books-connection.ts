import pg from 'pg';
import { asLedgerFault } from './database-faults.ts';
import { assertSession, optionsOf, type SessionSettings } from './session.sql.ts';

/** A chunk takes less than a second. The list of a day's accounts in a bank of millions takes a minute. */
const STATEMENT_TIMEOUT_MS = 600_000;
/** Between two statements of a transaction the program only computes. A frozen program must not keep a snapshot for hours. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
const LOCK_TIMEOUT_MS = 5_000;
/** Client-side, because a dead link delivers no limit of the server. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

export type BooksOptions = { applicationName: string; readOnly: boolean };

/** One connection for long work on the books, separate from the service's pool and its short limits. */
export async function connectToBooks(databaseUrl: string, options: BooksOptions): Promise<pg.Client> {
  const client = new pg.Client(settings(databaseUrl, options));
  client.on('error', () => undefined); // the next query fails with it
  try {
    await client.connect();
    await assertSession((sql, values) => rowsOf(client, sql, values), sessionOf(options));
  } catch (fault) {
    await client.end().catch(() => undefined);
    throw asLedgerFault(fault);
  }
  return client;
}

/** The same for a process that stays up: a lost connection is replaced. */
export async function booksPool(databaseUrl: string, options: BooksOptions): Promise<pg.Pool> {
  const pool = new pg.Pool({ ...settings(databaseUrl, options), max: 1 });
  pool.on('error', () => undefined); // the next query fails with it
  try {
    await assertSession((sql, values) => rowsOf(pool, sql, values), sessionOf(options));
  } catch (fault) {
    await pool.end();
    throw asLedgerFault(fault);
  }
  return pool;
}

function settings(databaseUrl: string, options: BooksOptions): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    options: optionsOf(sessionOf(options)),
  };
}

function sessionOf({ readOnly }: BooksOptions): SessionSettings {
  return {
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    default_transaction_read_only: readOnly ? 'on' : 'off',
    // The canonical text of dates and times must not depend on the settings of a server.
    DateStyle: 'ISO',
    TimeZone: 'UTC',
  };
}

export type Queryable = Pick<pg.Pool, 'query'> | Pick<pg.Client, 'query'>;

export async function rowsOf<Row extends pg.QueryResultRow>(
  client: Queryable,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await (client as Pick<pg.Client, 'query'>).query<Row>(sql, values)).rows;
}
