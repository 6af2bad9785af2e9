import pg from 'pg';

/** One writer, and a few readers for the admin side. */
const MAX_CONNECTIONS = 4;
const CONNECT_TIMEOUT_MS = 2_000;
/** The server cancels a statement after this time. A batch of 500 cases takes less. */
const STATEMENT_TIMEOUT_MS = 3_000;
/** The client's own limit, for a dead connection, where the server's limit has no effect. */
const QUERY_TIMEOUT_MS = 5_000;

export function openDatabase(databaseUrl: string, onIdleError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: 'comparator',
  });
  pool.on('error', onIdleError);
  return pool;
}

/** Runs `action` in a transaction. After a fault the connection is closed, because a ROLLBACK may time out. */
export async function inTransaction<T>(
  pool: pg.Pool,
  action: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await action(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    client.release(error instanceof Error ? error : true);
    throw error;
  }
}
