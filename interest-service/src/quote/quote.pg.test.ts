import { redisStore } from '@core-exit/cache';
import {
  createTestDatabase,
  createTestRedis,
  openAccount,
  type TestDatabase,
} from '@core-exit/local-stack/testing';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';

let db: TestDatabase;
let owner: pg.Pool;
let redis: Redis;
let service: CoreUnderTest;
let other: CoreUnderTest;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Pool({ connectionString: db.url() });
  redis = new Redis((await createTestRedis()).url);
  service = await startNewCore(db.url('interest_service'), redisStore(redis));
  other = await startNewCore(db.url('interest_service')); // pays without dropping quotes, as another core does
});
afterAll(async () => {
  redis.disconnect();
  await Promise.all([service.close(), other.close(), owner.end()]);
  await db.drop();
});

const requestOf = (account: { accountNo: string; customerId: string }) => ({ ...account, traceId: '0' });
const open = () => openAccount(db.url(), { balances: [{ daysAgo: 20, closing: 50_000_000n }] });

async function quoteOf(account: { accountNo: string; customerId: string }) {
  const answer = await service.core.quote(requestOf(account), null);
  if (!answer.ok) throw new Error(answer.problem.code);
  return answer.body;
}

describe('a cached quote', () => {
  it('is served again while the account does not change', async () => {
    const account = await open();
    const first = await quoteOf(account);
    expect(await redis.keys(`*${account.accountNo}`)).toHaveLength(1);
    expect(await quoteOf(account)).toEqual(first);
  });

  it.each([
    [
      'a back-dated movement',
      `select core.post_movement($1, 100000000, core.business_date() - 10, 'BRANCH', null)`,
    ],
    ['a change of standing', `select core.change_standing($1, null, 'identity-theft', null, null)`],
    ['a deposit of today', `select core.post_movement($1, 5000, null, 'ATM', null)`],
  ])('is out of date after %s of another channel', async (_what, sql) => {
    const account = await open();
    const before = await quoteOf(account);
    await owner.query(sql, [account.accountNo]);
    const now = await quoteOf(account);
    expect(now.basis.ledgerSeq).toBe('2');
    expect(now).not.toEqual(before);
    const fresh = await other.core.quote(requestOf(account), null);
    expect(fresh).toMatchObject({ ok: true, body: now });
  });

  it('is out of date after a payout by another core', async () => {
    const account = await open();
    await quoteOf(account);
    await other.core.pay(requestOf(account), 'key-other-core', {});
    expect(await quoteOf(account)).toMatchObject({ payable: false, refusal: { code: 'ALREADY_PAID_TODAY' } });
  });

  it('is never kept for an account that does not exist', async () => {
    const unknown = { accountNo: '999999999999', customerId: 'C000000001' };
    expect(await service.core.quote(requestOf(unknown), null)).toMatchObject({
      problem: { code: 'ACCOUNT_NOT_FOUND' },
    });
    expect(await redis.keys('*999999999999')).toEqual([]);
  });

  it('with an explanation is computed each time and has the same amounts', async () => {
    const account = await open();
    const { gross } = await quoteOf(account);
    const explained = await service.core.quote(requestOf(account), null, true);
    expect(explained).toMatchObject({ ok: true, body: { gross, explanation: { dayCount: 'ACT/365F' } } });
  });
});
