import { boundedStore, Follower, redisStore } from '@core-exit/cache';
import {
  createTestDatabase,
  createTestRedis,
  openAccount,
  type TestDatabase,
} from '@core-exit/local-stack/testing';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';
import { QUOTES } from './quote-cache.redis.ts';

/** The difference between the clocks of the instances and the bank's clock. */
const OFF_BY_MS = [-3_000, -150, 0, 150, 3_000];
const BEFORE_MIDNIGHT_MS = 1_500;
const AFTER_MIDNIGHT_MS = 1_500;

let db: TestDatabase;
let owner: pg.Pool;
let redis: Redis;
let instances: CoreUnderTest[];
/** The difference between the bank's clock and the clock of this machine. */
let shiftMs = 0;

async function bankTime(): Promise<{ at: number; date: string }> {
  const { rows } = await owner.query<{ at: string; date: string }>(
    'select (extract(epoch from core.bank_now()) * 1000)::bigint::text as at, core.business_date()::text as date',
  );
  return { at: Number(rows[0]?.at), date: rows[0]?.date ?? '' };
}

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Pool({ connectionString: db.url() });
  redis = new Redis((await createTestRedis()).url);
  instances = await Promise.all(
    OFF_BY_MS.map((offMs) =>
      startNewCore(
        db.url('interest_service'),
        boundedStore(redisStore(redis)),
        () => Date.now() + shiftMs + offMs,
      ),
    ),
  );
});
afterAll(async () => {
  redis.disconnect();
  await Promise.all([...instances.map((instance) => instance.close()), owner.end()]);
  await db.drop();
});

it('no instance serves a quote of yesterday after midnight in Seoul, also if its own clock is wrong', async () => {
  const account = await openAccount(db.url(), { balances: [{ daysAgo: 20, closing: 50_000_000n }] });
  const now = await bankTime();
  const midnight = Date.parse(`${now.date}T00:00:00+09:00`) + 86_400_000;
  shiftMs = midnight - BEFORE_MIDNIGHT_MS - Date.now();
  await owner.query(`update core.bank_clock set shift = $1::bigint * interval '1 millisecond'`, [shiftMs]);
  const follower = new Follower({ store: redisStore(redis), name: QUOTES });
  const dates = new Set<string>();
  for (let bank = await bankTime(); bank.at < midnight + AFTER_MIDNIGHT_MS; bank = await bankTime()) {
    await follower.beat(bank.at, bank.date);
    for (const { core } of instances) {
      const { date } = await bankTime(); // before the request: the answer may be of this day or of a later one
      const answer = await core.quote({ ...account, traceId: '0' }, null);
      const answered = answer.ok ? answer.body.businessDate : answer.problem.code;
      expect(answered >= date).toBe(true);
      dates.add(answered);
    }
  }
  expect(dates.size).toBe(2);
  const events = instances.flatMap(({ cacheEvents }) => cacheEvents);
  expect(events).toContain('hit');
  expect(events).toContain('confirmed');
});
