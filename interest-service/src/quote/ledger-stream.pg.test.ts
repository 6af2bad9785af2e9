import { randomBytes } from 'node:crypto';
import { boundedStore, redisStore } from '@core-exit/cache';
import {
  createTestDatabase,
  createTestRedis,
  openAccount,
  type SpawnedProcess,
  spawnProcess,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';

/** Usually a few milliseconds; more on a machine under load. */
const DROPPED_WITHIN = { timeoutMs: 3_000, everyMs: 5 };
const TAKEN_OVER_WITHIN = { timeoutMs: 10_000 };

let db: TestDatabase;
let owner: pg.Pool;
let redisUrl: string;
let redis: Redis;
let service: CoreUnderTest;
let other: CoreUnderTest;
let active: SpawnedProcess;
let starts = 0;
const running: SpawnedProcess[] = [];
const slot = `test_${randomBytes(6).toString('hex')}`;

async function startStream(): Promise<SpawnedProcess> {
  starts += 1;
  const stream = await spawnProcess({
    name: `ledger-stream-${slot}-${starts}`,
    program: ['interest-service/src/main.ts', 'ledger-stream'],
    env: {
      DATABASE_URL: db.url('ledger_stream'),
      REDIS_URL: redisUrl,
      LEDGER_STREAM_SLOT: slot,
      LOG_LEVEL: 'info',
    },
  });
  running.push(stream);
  return stream;
}

const metricsOf = async (stream: SpawnedProcess) => (await fetch(`${stream.url}/metrics`)).text();
const follows = async (stream: SpawnedProcess) =>
  (await metricsOf(stream)).includes('ledger_stream_following 1');

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Pool({ connectionString: db.url() });
  redisUrl = (await createTestRedis()).url;
  redis = new Redis(redisUrl);
  service = await startNewCore(db.url('interest_service'), boundedStore(redisStore(redis)));
  other = await startNewCore(db.url('interest_service')); // pays without dropping quotes, as another core does
  await open(); // so that the terms of its product are not new later
  active = await startStream();
});
afterAll(async () => {
  for (const stream of running) await stream.stop();
  redis.disconnect();
  await Promise.all([service.close(), other.close(), owner.end()]);
  await db.drop();
});
beforeEach(() => void service.cacheEvents.splice(0));

type Account = Awaited<ReturnType<typeof openAccount>>;
const requestOf = (account: Account) => ({ ...account, traceId: '0' });
const open = () => openAccount(db.url(), { balances: [{ daysAgo: 20, closing: 50_000_000n }] });
const keptOf = ({ accountNo }: Account) => redis.get(`interest:quote:${accountNo}`);

async function quoteOf(account: Account) {
  const answer = await service.core.quote(requestOf(account), null);
  if (!answer.ok) throw new Error(answer.problem.code);
  return answer.body;
}

/** Requests the quote until it comes from the cache alone. */
async function keepQuote(account: Account) {
  return await waitFor(async () => {
    const quote = await quoteOf(account);
    return service.cacheEvents.at(-1) === 'hit' ? quote : null;
  }, TAKEN_OVER_WITHIN);
}

const dropped = (account: Account) =>
  waitFor(async () => /^[0-9]+:$/.test((await keptOf(account)) ?? ''), {
    ...DROPPED_WITHIN,
    what: 'the drop',
  });

describe('a quote cached in Redis', () => {
  it('is served without asking PostgreSQL, and still only to its owner', async () => {
    const account = await open();
    const quote = await keepQuote(account);
    await service.source.query('select 1'); // the pool works; the quote below does not use it
    expect(await quoteOf(account)).toEqual(quote);
    expect(service.cacheEvents.at(-1)).toBe('hit');
    const stranger = { ...account, customerId: 'C999999999' };
    expect(await service.core.quote(requestOf(stranger), null)).toMatchObject({
      problem: { code: 'ACCOUNT_NOT_FOUND' },
    });
    const { rows } = await owner.query('select from interest.access_audit where account_no = $1', [
      account.accountNo,
    ]);
    expect(rows).toHaveLength(1);
  });

  it.each([
    [
      'a back-dated movement',
      `select core.post_movement($1, 100000000, core.business_date() - 10, 'BRANCH', null)`,
    ],
    ['a change of standing', `select core.change_standing($1, null, 'identity-theft', null, null)`],
    ['a deposit of today', `select core.post_movement($1, 5000, null, 'ATM', null)`],
  ])('is dropped after %s of another channel', async (_what, sql) => {
    const account = await open();
    const before = await keepQuote(account);
    await owner.query(sql, [account.accountNo]);
    await dropped(account);
    const now = await quoteOf(account);
    expect(now).not.toEqual(before);
    expect(await other.core.quote(requestOf(account), null)).toMatchObject({ ok: true, body: now });
  });

  it('is dropped after a payout by another core', async () => {
    const account = await open();
    await keepQuote(account);
    await other.core.pay({ ...requestOf(account), customerId: account.customerId }, 'key-other-core', {});
    await dropped(account);
    expect(await quoteOf(account)).toMatchObject({ payable: false, refusal: { code: 'ALREADY_PAID_TODAY' } });
  });

  it('is dropped once the transaction commits, and never because of one that rolls back', async () => {
    const [account, untouched] = [await open(), await open()];
    await keepQuote(untouched);
    await keepQuote(account);
    const client = await owner.connect();
    const deposit = `select core.post_movement($1, 5000, null, 'ATM', null)`;
    try {
      await client.query('begin');
      await client.query(deposit, [untouched.accountNo]);
      await client.query('rollback');
      await client.query('begin');
      await client.query(deposit, [account.accountNo]);
      expect(await keptOf(account)).toMatch(/^1:2/);
      await client.query('commit');
    } finally {
      client.release();
    }
    await dropped(account);
    expect(await keptOf(untouched)).toMatch(/^1:2/);
  });

  it('is given up with all other quotes when terms or rates change', async () => {
    const account = await open();
    const { gross } = await keepQuote(account);
    await owner.query(`update core.rate_tier set annual_rate = annual_rate * 2`);
    const now = await waitFor(async () => {
      const quote = await keepQuote(account);
      return quote.gross === gross ? null : quote;
    }, DROPPED_WITHIN);
    expect(await other.core.quote(requestOf(account), null)).toMatchObject({ ok: true, body: now });
  });

  it('is dropped with the quotes of all accounts that one transaction changes', async () => {
    const accounts = await Promise.all(Array.from({ length: 20 }, open));
    for (const account of accounts) await keepQuote(account);
    await owner.query(`select core.post_movement(account_no, 5000, null, 'BATCH', null) from core.account`);
    await Promise.all(accounts.map(dropped));
  });
});

describe('the stream', () => {
  it('reports its position and the WAL that the server keeps for it', async () => {
    const text = await metricsOf(active);
    expect(text).toMatch(/^ledger_stream_dropped_total [1-9]/m);
    expect(text).toMatch(/^ledger_stream_retained_bytes [0-9]+$/m);
    expect(Number(/^ledger_stream_beat_age_seconds ([0-9.]+)$/m.exec(text)?.[1])).toBeLessThan(2);
  });

  it('is taken over after a kill by a standby that misses no change and keeps the epoch', async () => {
    const [account, moved] = [await open(), await open()];
    await keepQuote(account);
    await keepQuote(moved);
    const standby = await startStream();
    expect(await metricsOf(standby)).toContain('ledger_stream_following 0');
    active.kill('SIGKILL');
    await owner.query(`select core.post_movement($1, 5000, null, 'ATM', null)`, [moved.accountNo]);
    await dropped(moved).catch(() => waitFor(() => follows(standby), TAKEN_OVER_WITHIN));
    await waitFor(() => follows(standby), TAKEN_OVER_WITHIN);
    await dropped(moved);
    service.cacheEvents.splice(0);
    await quoteOf(account);
    expect(service.cacheEvents).toEqual(['hit']);
    active = standby;
  });

  it('is not needed for right quotes: without it, quotes read the ledger first', async () => {
    const account = await open();
    await keepQuote(account);
    await active.stop();
    await owner.query(`select core.change_standing($1, null, 'identity-theft', null, null)`, [
      account.accountNo,
    ]);
    await waitFor(async () => !(await quoteOf(account)).payable, { timeoutMs: 3_000 });
    const confirmed = async () => {
      const quote = await quoteOf(account);
      expect(quote.refusal).toEqual({ code: 'NOT_ELIGIBLE', reason: 'HOLDER_COMPROMISED' });
      return service.cacheEvents.at(-1) === 'confirmed';
    };
    await waitFor(confirmed, { timeoutMs: 3_000 });
    active = await startStream();
  });

  it('gives up all cached quotes when it lost its slot and changes with it', async () => {
    const [account, moved] = [await open(), await open()];
    await waitFor(() => follows(active), TAKEN_OVER_WITHIN);
    await keepQuote(account);
    const before = await keepQuote(moved);
    await active.stop();
    await owner.query(`select pg_drop_replication_slot($1)`, [slot]);
    await owner.query(`select core.change_standing($1, null, 'deceased', null, null)`, [moved.accountNo]);
    active = await startStream();
    await waitFor(() => follows(active), TAKEN_OVER_WITHIN);
    service.cacheEvents.splice(0);
    expect(await quoteOf(moved)).not.toEqual(before);
    await quoteOf(account);
    expect(service.cacheEvents).toEqual(['miss', 'miss']);
  });

  it('loses the slot to a standby when it is frozen for too long, and does no harm when it continues', async () => {
    await waitFor(() => follows(active), TAKEN_OVER_WITHIN);
    const standby = await startStream();
    const account = await open();
    await keepQuote(account);
    active.kill('SIGSTOP');
    try {
      await waitFor(() => follows(standby), { timeoutMs: 15_000 });
      await keepQuote(account);
      await owner.query(`select core.post_movement($1, 5000, null, 'ATM', null)`, [account.accountNo]);
      await dropped(account);
      await keepQuote(account);
    } finally {
      active.kill('SIGCONT');
    }
    await waitFor(async () => !(await follows(active)), TAKEN_OVER_WITHIN);
    await owner.query(`select core.post_movement($1, 7000, null, 'ATM', null)`, [account.accountNo]);
    await waitFor(async () => (await keepQuote(account)).basis.ledgerSeq === '3', DROPPED_WITHIN);
  });
});
