import { mkdirSync } from 'node:fs';
import {
  type CustomerWithToken,
  createBankAuth,
  databaseUrl,
  migrateBank,
  openRun,
  payableCustomers,
  query,
  readConfig,
  type Service,
  seed,
  startPostgres,
  startRedis,
  startService,
  until,
  withTokens,
} from '@core-exit/local-stack/bench';
import { Redis } from 'ioredis';

/** Customers whose quotes are requested in turn; their quotes do not fit into the cache of a processor. */
const CUSTOMERS = 2_000;
const ACCOUNTS = 6_000;
const STREAM_READY = { timeoutMs: 60_000, what: 'a beat of the ledger stream' };

export type QuoteBank = {
  customers: CustomerWithToken[];
  redis: Redis;
  redisUrl: string;
  /** Number of transactions that PostgreSQL has committed in this database. */
  commits(): Promise<number>;
  start(name: string, program: readonly [string, ...string[]], env: Record<string, string>): Promise<Service>;
  /** `interest-service serve`; `env` changes settings. */
  startCore(name: string, env?: Record<string, string>): Promise<Service>;
  close(): Promise<void>;
};

/** What quotes need: PostgreSQL, Redis, a seeded ledger and its stream. */
export async function openQuoteBank(): Promise<QuoteBank> {
  const { cacheDirectory, javaHome } = readConfig();
  const supervisor = await openRun();
  mkdirSync(cacheDirectory, { recursive: true });
  const context = { supervisor, cacheDirectory, javaHome };
  const [postgres, redisPart] = await Promise.all([startPostgres(context), startRedis(context)]);
  const ownerUrl = postgres.address;
  await migrateBank(supervisor, ownerUrl);
  await seed({ databaseUrl: ownerUrl, accounts: ACCOUNTS });
  const auth = await createBankAuth();
  const customers = await withTokens(auth, await payableCustomers(ownerUrl, CUSTOMERS));
  const redisUrl = redisPart.address;
  const redis = new Redis(redisUrl);
  const start: QuoteBank['start'] = (name, program, env) => startService(supervisor, { name, program, env });
  await start('ledger-stream', ['interest-service/src/main.ts', 'ledger-stream'], {
    DATABASE_URL: databaseUrl(ownerUrl, { role: 'ledger_stream' }),
    REDIS_URL: redisUrl,
  });
  await until(async () => (await redis.exists('interest:quote#beat')) === 1, STREAM_READY);
  return {
    customers,
    redis,
    redisUrl,
    async commits() {
      const [row] = await query<{ commits: string }>(
        ownerUrl,
        `select pg_stat_force_next_flush(), xact_commit::text as commits from pg_stat_database where datname = current_database()`,
      );
      return Number(row?.commits);
    },
    start,
    startCore: (name, env = {}) =>
      start(name, ['interest-service/src/main.ts', 'serve'], {
        DATABASE_URL: databaseUrl(ownerUrl, { role: 'interest_service' }),
        REDIS_URL: redisUrl,
        AUTH_JWKS: auth.jwks,
        ...env,
      }),
    async close() {
      redis.disconnect();
      await supervisor.close();
    },
  };
}
