import type { CoreAnswer } from '@core-exit/bank-contract';
import {
  checkInvariants,
  createTestDatabase,
  openAccount,
  type TestDatabase,
  violationText,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';
import { MAX_AT_ONCE } from './account-turns.ts';

type Account = { accountNo: string; customerId: string };

let db: TestDatabase;
let owner: pg.Pool;
let service: CoreUnderTest;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Pool({ connectionString: db.url(), max: 80 });
  service = await startNewCore(db.url('interest_service'));
});
afterAll(async () => {
  await service.close();
  await owner.end();
  await db.drop();
});
afterEach(async () => {
  expect((await checkInvariants(db.url())).map(violationText)).toEqual([]);
});

const open = () => openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 50_000_000n }] });
const pay = (account: Account, key: string) =>
  service.core.pay({ ...account, traceId: '0'.repeat(32) }, key, {});
const codeOf = (answer: CoreAnswer<unknown>): string => (answer.ok ? 'PAID' : answer.problem.code);
/** Locks rows until `release`. */
async function hold(
  sql: string,
  values: unknown[],
): Promise<{ client: pg.PoolClient; release: () => Promise<void> }> {
  const client = await owner.connect();
  await client.query('begin');
  await client.query(sql, values);
  return { client, release: () => client.query('rollback').then(() => client.release()) };
}
const lockAccount = ({ accountNo }: Account) =>
  hold('select from core.account where account_no = $1 for update', [accountNo]);

describe('accounts locked by other transactions', () => {
  it('leave connections to other accounts, however many requests wait for one locked account', async () => {
    const [locked, other] = [await open(), await open()];
    const { release } = await lockAccount(locked);
    const waiting = Array.from({ length: 60 }, (_, i) => pay(locked, `key-locked-${i}`));
    await waitFor(
      async () => {
        const sql = `select count(*)::int as n from pg_stat_activity
          where datname = current_database() and usename = 'interest_service' and wait_event_type = 'Lock'`;
        return (await owner.query<{ n: number }>(sql)).rows[0]?.n === MAX_AT_ONCE;
      },
      { timeoutMs: 900 },
    );
    const begun = performance.now();
    expect(codeOf(await pay(other, 'key-other-01'))).toBe('PAID');
    expect(performance.now() - begun).toBeLessThan(700);
    const answers = await Promise.all(waiting);
    await release();
    expect([...new Set(answers.map(codeOf))]).toEqual(['REQUEST_IN_PROGRESS']);
    expect(answers.every((answer) => !answer.ok && answer.retryAfterSeconds === 1)).toBe(true);
    expect(codeOf(await pay(locked, 'key-locked-0'))).toBe('PAID');
  });

  it.each([
    ['locking', 'core.account'],
    ['writing', 'core.interest_payout'],
  ])(
    'a table that a migration locks when a new connection prepares its %s: the caller is sent back, and the connection still pays',
    async (_, table) => {
      const fresh = await startNewCore(db.url('interest_service'));
      const account = await open();
      const payAnew = (key: string) => fresh.core.pay({ ...account, traceId: '0'.repeat(32) }, key, {});
      const { release } = await hold(`lock table ${table} in access exclusive mode`, []);
      expect(codeOf(await payAnew('key-migrating'))).toBe('REQUEST_IN_PROGRESS');
      await release();
      expect(codeOf(await payAnew('key-migrating'))).toBe('PAID');
      expect(codeOf(await payAnew('key-migrated-2'))).toBe('ALREADY_PAID_TODAY');
      await fresh.close();
    },
  );

  it('exhaust the pool when thirty of them are requested: 409 and 503 with Retry-After, and all are paid afterwards', async () => {
    const accounts = await Promise.all(Array.from({ length: 30 }, open));
    const held = await Promise.all(accounts.map(lockAccount));
    const answers = await Promise.all(accounts.map((account) => pay(account, 'key-dry-001')));
    await Promise.all(held.map(({ release }) => release()));
    expect(
      answers.map(codeOf).filter((code) => code !== 'REQUEST_IN_PROGRESS' && code !== 'UNAVAILABLE'),
    ).toEqual([]);
    expect(answers.every((answer) => !answer.ok && answer.retryAfterSeconds === 1)).toBe(true);
    const again = await Promise.all(accounts.map((account) => pay(account, 'key-dry-001')));
    expect([...new Set(again.map(codeOf))]).toEqual(['PAID']);
  });
});

describe('a deadlock', () => {
  it('with a transaction that locks holder and account in the opposite order ends in one payout', async () => {
    const account = await open();
    const { client, release } = await hold('select from core.customer where customer_id = $1 for update', [
      account.customerId,
    ]);
    const paying = pay(account, 'key-deadlock');
    const waiting = `select count(*)::int as n from pg_stat_activity
      where datname = current_database() and usename = 'interest_service' and wait_event_type = 'Lock'`;
    await waitFor(async () => (await owner.query<{ n: number }>(waiting)).rows[0]?.n === 1, {
      timeoutMs: 900,
    });
    await client
      .query('select from core.account where account_no = $1 for update', [account.accountNo])
      .catch((fault: { code?: string }) => expect(fault.code).toBe('40P01'));
    await release();
    const answer = codeOf(await paying);
    expect(['PAID', 'REQUEST_IN_PROGRESS']).toContain(answer);
    expect(codeOf(await pay(account, 'key-deadlock'))).toBe('PAID');
  });
});

describe('the database server', () => {
  it('ending connections at random after every tenth call loses no answered payout and pays no account twice', async () => {
    const accounts = await Promise.all(Array.from({ length: 40 }, open));
    const terminate = `select count(pg_terminate_backend(pid)) from (
      select pid from pg_stat_activity where datname = current_database() and usename = 'interest_service'
       order by random() limit 3) t`;
    // By calls and not by time: on a slow machine connections would end faster than they are made.
    let calls = 0;
    const terminations: Promise<unknown>[] = [];
    const endSome = (): void => {
      calls += 1;
      if (calls % 10 === 0) terminations.push(owner.query(terminate));
    };
    const payoutIds = await Promise.all(
      accounts.map(async (account) => {
        const ids = new Set<string>();
        // The same key until twenty answers are 'paid': each of them must have the same payout id.
        for (let yes = 0, tries = 0; yes < 20 && tries < 500; tries += 1) {
          endSome();
          const answer = await pay(account, 'key-storm-01');
          if (!answer.ok)
            expect(['UNAVAILABLE', 'OUTCOME_UNKNOWN', 'REQUEST_IN_PROGRESS']).toContain(codeOf(answer));
          else {
            yes += 1;
            ids.add(answer.body.payout.payoutId);
          }
        }
        return ids.size;
      }),
    );
    await Promise.all(terminations);
    expect(terminations.length).toBeGreaterThanOrEqual(80);
    expect(payoutIds).toEqual(accounts.map(() => 1));
  });
});
