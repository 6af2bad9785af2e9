import { boundedStore, Follower, redisStore } from '@core-exit/cache';
import {
  createTestDatabase,
  type OwnRedis,
  openAccount,
  startOwnRedis,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import { Redis } from 'ioredis';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';
import { type SlowWire, startSlowWire, type Trouble } from '../../testing/slow-wire.ts';
import { QUOTES, redisClient } from './quote-cache.redis.ts';

/** Redis may cost a quote 50 ms (cache/README.md). The rest is for a machine under load. */
const DELAY_AT_MOST_MS = 50 + 50;
const ACCOUNTS = 5;

type Account = Awaited<ReturnType<typeof openAccount>>;

let db: TestDatabase;
let owner: pg.Pool;
let server: OwnRedis;
let wire: SlowWire;
/** The client of the service, through the proxy. */
let client: Redis;
/** The client of the tests and of the follower, without the proxy. */
let direct: Redis;
let follower: Follower;
let service: CoreUnderTest;
let plain: CoreUnderTest;
let accounts: Account[];

const log = pino({ level: 'silent' });
const requestOf = (account: Account) => ({ ...account, traceId: '0' });
const beat = () => follower.beat(Date.now(), new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10));

beforeAll(async () => {
  [db, server] = await Promise.all([createTestDatabase(), startOwnRedis()]);
  owner = new pg.Pool({ connectionString: db.url() });
  wire = await startSlowWire(server.url);
  client = redisClient(wire.through(server.url), log);
  direct = redisClient(server.url, log, { commandTimeout: 2_000 });
  await waitFor(() => client.status === 'ready' && direct.status === 'ready', { timeoutMs: 5_000 });
  follower = new Follower({ store: redisStore(direct), name: QUOTES });
  service = await startNewCore(db.url('interest_service'), boundedStore(redisStore(client)));
  plain = await startNewCore(db.url('interest_service'));
  const opened = { balances: [{ daysAgo: 20, closing: 50_000_000n }] };
  accounts = [];
  for (let i = 0; i < ACCOUNTS; i += 1) accounts.push(await openAccount(db.url(), opened));
});
afterAll(async () => {
  client.disconnect();
  direct.disconnect();
  await wire.close();
  await server.stop();
  await Promise.all([service.close(), plain.close(), owner.end()]);
  await db.drop();
});

async function quoteOf(account: Account, core = service.core) {
  const answer = await core.quote(requestOf(account), null);
  if (!answer.ok) throw new Error(answer.problem.code);
  return answer.body;
}

async function msOf(account: Account, core = service.core): Promise<number> {
  const begun = performance.now();
  await quoteOf(account, core);
  return performance.now() - begun;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Waits until the cache alone serves the quote again. */
const healed = () =>
  waitFor(
    async () => {
      await beat();
      await quoteOf(accounts[0] as Account);
      return service.cacheEvents.at(-1) === 'hit';
    },
    { timeoutMs: 10_000, what: 'a hit' },
  );

/** Every quote is right, and none is later than Redis may make it. */
async function expectQuotesInTime(): Promise<void> {
  const delays: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    for (const account of accounts) {
      expect(await quoteOf(account)).toEqual(await quoteOf(account, plain.core));
      delays.push((await msOf(account)) - (await msOf(account, plain.core)));
    }
  }
  expect(median(delays)).toBeLessThan(DELAY_AT_MOST_MS);
}

describe('Redis in trouble', () => {
  afterEach(async () => {
    wire.suffer(0);
    await healed();
  });

  it.each<[string, Trouble]>([
    ['50 ms late', 50],
    ['200 ms late', 200],
    ['2,000 ms late', 2_000],
    ['a black hole', 'black hole'],
    ['refused', 'refused'],
  ])('%s: no quote and no payout fails or waits longer than its bound', async (_what, trouble) => {
    await healed();
    wire.suffer(trouble);
    await expectQuotesInTime();
    const account = await openAccount(db.url(), { balances: [{ daysAgo: 20, closing: 50_000_000n }] });
    const begun = performance.now();
    const paid = await service.core.pay(
      { ...requestOf(account), customerId: account.customerId },
      'in-trouble',
      {},
    );
    expect(paid.ok).toBe(true);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('a black hole costs no more time once the circuit is open', async () => {
    await healed();
    wire.suffer('black hole');
    await waitFor(
      async () => {
        const delays = [];
        for (const account of accounts)
          delays.push((await msOf(account)) - (await msOf(account, plain.core)));
        return median(delays) < 15;
      },
      { timeoutMs: 5_000, what: 'an open circuit' },
    );
  });

  it('stopped by SIGSTOP and continued: quotes are served all the time', async () => {
    await healed();
    process.kill(server.pid, 'SIGSTOP');
    try {
      await expectQuotesInTime();
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
  });

  it('flushed: no quote that was loaded before is served', async () => {
    const [account] = accounts as [Account];
    await healed();
    const kept = await direct.get(`${QUOTES}:${account.accountNo}`);
    await owner.query(`select core.post_movement($1, 100000000, core.business_date() - 10, 'BRANCH', null)`, [
      account.accountNo,
    ]);
    await follower.drop([[account.accountNo, 99n]]);
    await direct.flushall();
    await direct.set(`${QUOTES}:${account.accountNo}`, kept ?? ''); // the late put of a load from before the drop
    await beat();
    expect(await quoteOf(account)).toEqual(await quoteOf(account, plain.core));
  });

  it('full and refusing writes: quotes are computed, and cached quotes can still be dropped', async ({
    skip,
  }) => {
    await healed();
    const [account] = accounts as [Account];
    await direct.config('SET', 'maxmemory-policy', 'noeviction');
    await direct.config('SET', 'maxmemory', '1');
    try {
      const tookMore = await direct.set('more', '1').catch(() => null);
      if (tookMore !== null) skip('this server knows no limit of its memory');
      await expectQuotesInTime();
      const fresh = await openAccount(db.url(), { balances: [{ daysAgo: 20, closing: 50_000_000n }] });
      service.cacheEvents.splice(0);
      // On a busy machine the circuit may be open for a moment, and then no quote is put.
      await waitFor(async () => (await quoteOf(fresh)) && service.cacheEvents.includes('put-failed'), {
        timeoutMs: 5_000,
      });
      // No value is written. A read that was given up meanwhile may have left a mark, which is allowed.
      expect([null, '1:']).toContain(await direct.get(`${QUOTES}:${fresh.accountNo}`));
      await owner.query(`select core.change_standing($1, null, 'deceased', null, null)`, [account.accountNo]);
      await follower.drop([[account.accountNo, 3n]]); // the flush above took one position, this the next
      expect(await direct.get(`${QUOTES}:${account.accountNo}`)).toBe('3:');
      expect(await beat()).toBe(false);
    } finally {
      await direct.config('SET', 'maxmemory', '128mb');
    }
    expect(await quoteOf(account)).toEqual(await quoteOf(account, plain.core));
  });
});

describe('a poisoned cache', () => {
  it('misleads a quote and never a payout', async () => {
    const account = await openAccount(db.url(), { balances: [{ daysAgo: 20, closing: 50_000_000n }] });
    const key = `${QUOTES}:${account.accountNo}`;
    await beat();
    const right = await quoteOf(account);
    await waitFor(async () => (await direct.get(key))?.includes(right.net), { timeoutMs: 5_000 });
    await direct.set(key, ((await direct.get(key)) ?? '').replaceAll(right.net, '999999999'));
    await beat();
    expect((await quoteOf(account)).net).toBe('999999999');
    const paid = await service.core.pay(
      { ...requestOf(account), customerId: account.customerId },
      'poisoned-1',
      {},
    );
    expect(paid).toMatchObject({ ok: true, body: { payout: { gross: right.gross, net: right.net } } });
  });
});
