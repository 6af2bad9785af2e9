import {
  type BankAuth,
  createBankAuth,
  createTestDatabase,
  createTestRedis,
  openAccount,
  type SpawnedProcess,
  spawnProcess,
  startWireProxy,
  type TestDatabase,
  type WireProxy,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT_NOW } from '../ledger/account.sql.ts';

const BURSTS = 20;
/** Requests to each process in a burst. */
const REQUESTS = 50;
/**
 * All requests share one load that is under way. A request that read the cache before the value was kept, and reads the head
 * after that load ended, begins another load; on a busy machine that happens once or twice.
 */
const READS_OF_A_PROCESS = 5;

let db: TestDatabase;
let auth: BankAuth;
let proxy: WireProxy;
let channel: pg.Client;
let services: SpawnedProcess[];
let accountReads = 0;

beforeAll(async () => {
  db = await createTestDatabase();
  auth = await createBankAuth();
  proxy = await startWireProxy(db.url());
  channel = new pg.Client({ connectionString: db.url('channel') });
  await channel.connect();
  const env = {
    DATABASE_URL: proxy.through(db.url('interest_service')),
    REDIS_URL: (await createTestRedis()).url,
    AUTH_JWKS: auth.jwks,
    LOG_LEVEL: 'warn',
  };
  const start = (name: string) =>
    spawnProcess({ name, program: ['interest-service/src/main.ts', 'serve'], env });
  services = await Promise.all([start('first'), start('second')]);
  countAccountReads();
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await channel.end();
  await proxy.close();
  await db.drop();
});

/** Statements of all processes to PostgreSQL. */
function countAccountReads(): void {
  void proxy.once({ when: 'before', statement: ACCOUNT_NOW }, () => {
    accountReads += 1;
    countAccountReads();
  });
}

describe('a hot account, requested at two processes with one Redis', () => {
  it('is read a few times after each change, for any number of requests, and all of them get the present quote', async () => {
    const { accountNo, customerId } = await openAccount(db.url(), {
      balances: [{ daysAgo: 20, closing: 50_000_000n }],
    });
    const authorization = `Bearer ${await auth.signToken({ sub: customerId })}`;
    const seqAt = async ({ url }: SpawnedProcess): Promise<string> => {
      const response = await fetch(`${url}/v1/accounts/${accountNo}/interest`, {
        headers: { authorization },
      });
      return ((await response.json()) as { basis: { ledgerSeq: string } }).basis.ledgerSeq;
    };
    const reads: number[] = [];
    for (let burst = 2; burst < BURSTS + 2; burst += 1) {
      await channel.query(`select core.post_movement($1, 1000, null, 'ATM', null)`, [accountNo]);
      accountReads = 0;
      const quotes = services.flatMap((service) => Array.from({ length: REQUESTS }, () => seqAt(service)));
      expect([...new Set(await Promise.all(quotes))]).toEqual([String(burst)]);
      reads.push(accountReads);
    }
    expect(Math.min(...reads)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...reads)).toBeLessThanOrEqual(READS_OF_A_PROCESS * services.length);
  });
});
