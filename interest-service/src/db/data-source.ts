import { DataSource } from 'typeorm';
import { InterestAndTax1763600000000 } from '../../migrations/1763600000000-interest-and-tax.ts';
import { AccountEntity } from './account-entity.ts';

/** Two cores and every channel share the database's connections; a payout holds one for a few milliseconds. */
const POOL_SIZE = 20;
/** Waiting longer than this for a pooled connection is overload: answer 503 and let the caller come back. */
const POOL_WAIT_MS = 2_000;
/** A payout behind another on the same account waits this long, then is told to come back. */
const LOCK_TIMEOUT_MS = 2_000;
/** Enforced by the server, which also frees the lock; no statement here should take a tenth of it. */
const STATEMENT_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** Client-side, for a link that swallows everything: then no server-side limit ever reaches us. */
const QUERY_TIMEOUT_MS = 8_000;

const SESSION_SETTINGS = {
  lock_timeout: LOCK_TIMEOUT_MS,
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
};

/** The service's connections, limits set by the server at connect: no round trip, and nothing can forget them. */
export async function connect(databaseUrl: string, applicationName: string): Promise<DataSource> {
  const source = await new DataSource({
    type: 'postgres',
    url: databaseUrl,
    applicationName,
    entities: [AccountEntity],
    poolSize: POOL_SIZE,
    poolErrorHandler: () => undefined, // a lost idle connection is replaced; whoever needs one next hears of a real outage
    extra: {
      connectionTimeoutMillis: POOL_WAIT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      options: Object.entries(SESSION_SETTINGS)
        .map(([name, ms]) => `-c ${name}=${ms}`)
        .join(' '),
    },
  }).initialize();
  await assertLimits(source);
  return source;
}

/** A driver that drops connection options in silence (pg-native does) would leave payouts without limits. */
async function assertLimits(source: DataSource): Promise<void> {
  for (const [name, ms] of Object.entries(SESSION_SETTINGS)) {
    const [row] = await source.query<{ ms: string }[]>(
      'select setting as ms from pg_settings where name = $1',
      [name],
    );
    if (row?.ms !== String(ms))
      throw new Error(`${name} is ${row?.ms} ms instead of ${ms}: the driver ignored it`);
  }
}

/** Installs or updates the schemas of the new core. Needs the owner's address. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const source = await new DataSource({
    type: 'postgres',
    url: databaseUrl,
    migrations: [InterestAndTax1763600000000],
    migrationsTableName: 'interest_migrations',
  }).initialize();
  try {
    const done = await source.runMigrations({ transaction: 'each' });
    return done.map((migration) => migration.name);
  } finally {
    await source.destroy();
  }
}
