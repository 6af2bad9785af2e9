import pg from 'pg';

/** A chunk takes well under a second; the list of a day's accounts in a bank of millions takes a minute. */
const STATEMENT_TIMEOUT_MS = 600_000;
/** Client-side, for a link that swallows everything. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

export type BooksOptions = { applicationName: string; readOnly: boolean };

/** One connection for long work on the books, apart from the service's pool and its short limits. */
export async function connectToBooks(
  databaseUrl: string,
  { applicationName, readOnly }: BooksOptions,
): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    // Canonical text of dates and times must not depend on a server's settings.
    options: `-c statement_timeout=${STATEMENT_TIMEOUT_MS} -c default_transaction_read_only=${readOnly} -c DateStyle=ISO -c TimeZone=UTC -c lock_timeout=5000`,
  });
  client.on('error', () => undefined); // the next query tells
  await client.connect();
  return client;
}

export async function rowsOf<Row extends pg.QueryResultRow>(
  client: pg.Client,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await client.query<Row>(sql, values)).rows;
}
