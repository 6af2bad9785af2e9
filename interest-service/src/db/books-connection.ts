import pg from 'pg';

/** A chunk takes well under a second; the list of a day's accounts in a bank of millions takes a minute. */
const STATEMENT_TIMEOUT_MS = 600_000;
/** Client-side, for a link that swallows everything. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

export type BooksOptions = { applicationName: string; readOnly: boolean };

/** One connection for long work on the books, apart from the service's pool and its short limits. */
export async function connectToBooks(databaseUrl: string, options: BooksOptions): Promise<pg.Client> {
  const client = new pg.Client(settings(databaseUrl, options));
  client.on('error', () => undefined); // the next query tells
  await client.connect();
  return client;
}

/** The same for a process that goes on for ever: a lost connection is replaced. */
export function booksPool(databaseUrl: string, options: BooksOptions): pg.Pool {
  const pool = new pg.Pool({ ...settings(databaseUrl, options), max: 1 });
  pool.on('error', () => undefined); // the next query tells
  return pool;
}

function settings(databaseUrl: string, { applicationName, readOnly }: BooksOptions): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    // Canonical text of dates and times must not depend on a server's settings.
    options: `-c statement_timeout=${STATEMENT_TIMEOUT_MS} -c default_transaction_read_only=${readOnly} -c DateStyle=ISO -c TimeZone=UTC -c lock_timeout=5000`,
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
