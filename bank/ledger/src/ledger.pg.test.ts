import { createTestDatabase, openAccount, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seed } from './seed.sql.ts';

let db: TestDatabase;
let owner: pg.Pool;
let accountNo: string;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Pool({ connectionString: db.url() });
  ({ accountNo } = await openAccount(db.url(), { balances: [{ daysAgo: 3, closing: 1_000_000n }] }));
});
afterAll(async () => {
  await owner.end();
  await db.drop();
});

const ENTRY = `insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
  values ($1, 2, 'DEPOSIT', 500, 1000500, core.business_date(), core.business_date(), core.bank_now(), 'TEST')`;

/** Runs statements in one transaction that commits; resolves to the constraint or message that refused it. */
async function refusalOf(...statements: string[]): Promise<string> {
  const client = await owner.connect();
  try {
    await client.query('begin');
    for (const sql of statements) await client.query(sql, sql.includes('$1') ? [accountNo] : []);
    await client.query('commit');
    return 'committed';
  } catch (fault) {
    await client.query('rollback');
    const { constraint, message } = fault as { constraint?: string; message: string };
    return constraint ?? message;
  } finally {
    client.release();
  }
}

describe('the ledger refuses', () => {
  it('an entry whose lines do not sum to zero', async () => {
    const lines = `insert into core.posting values ($1, 2, 1, 'CASH_CLEARING', 500), ($1, 2, 2, 'CUSTOMER_DEPOSIT', -499)`;
    expect(await refusalOf(ENTRY, lines)).toBe('entry_sums_to_zero');
  });

  it('an entry whose customer line is not the movement of the account', async () => {
    const lines = `insert into core.posting values ($1, 2, 1, 'CASH_CLEARING', 400), ($1, 2, 2, 'CUSTOMER_DEPOSIT', -400)`;
    expect(await refusalOf(ENTRY, lines)).toBe('entry_sums_to_zero');
  });

  it('an entry without lines, when it commits', async () => {
    expect(await refusalOf(ENTRY)).toBe('account_txn_has_postings');
  });

  it('lines that are added to an entry later', async () => {
    expect(await refusalOf(`insert into core.posting values ($1, 1, 3, 'CASH_CLEARING', 7)`)).toBe(
      'entry_sums_to_zero',
    );
  });

  it.each(['account_txn', 'posting', 'interest_payout', 'account_standing'])(
    'any edit of %s',
    async (table) => {
      expect(await refusalOf(`delete from core.${table}`)).toMatch(/append-only/);
      expect(await refusalOf(`update core.${table} set account_no = account_no`)).toMatch(/append-only/);
      expect(await refusalOf(`truncate core.${table} cascade`)).toMatch(/append-only/);
    },
  );

  it('what a role does not own', async () => {
    const asRole = async (role: 'interest_service' | 'legacy_core' | 'channel' | 'auditor', sql: string) => {
      const client = new pg.Client({ connectionString: db.url(role) });
      await client.connect();
      try {
        return await client.query(sql).then(
          () => 'allowed',
          (fault: Error) => fault.message,
        );
      } finally {
        await client.end();
      }
    };
    expect(await asRole('channel', 'update core.account set balance = 0')).toMatch(/permission denied/);
    expect(await asRole('interest_service', 'update core.account set customer_id = customer_id')).toMatch(
      /permission denied/,
    );
    expect(await asRole('interest_service', 'select core.move_business_date(1)')).toMatch(
      /permission denied/,
    );
    expect(await asRole('interest_service', 'update core.bank_clock set shift = $$1 day$$')).toMatch(
      /permission denied/,
    );
    expect(await asRole('legacy_core', 'select count(*) from interest.outbox')).toMatch(/permission denied/);
    expect(await asRole('auditor', 'delete from core.interest_payout')).toMatch(/permission denied/);
    expect(await asRole('auditor', 'select count(*) from core.posting')).toBe('allowed');
  });
});

describe('other channels', () => {
  it('move the balance and every end-of-day balance from the value date on', async () => {
    await owner.query('select core.post_movement($1, 5000, core.business_date() - 2, $2, null)', [
      accountNo,
      'BRANCH',
    ]);
    await owner.query('select core.post_movement($1, -300, null, $2, null)', [accountNo, 'ATM']);
    const { rows } = await owner.query<{ days_ago: number; closing: string }>(
      `select core.business_date() - business_date as days_ago, closing from core.day_balance where account_no = $1 order by 1 desc`,
      [accountNo],
    );
    expect(rows).toEqual([
      { days_ago: 3, closing: '1000000' },
      { days_ago: 2, closing: '1005000' },
      { days_ago: 0, closing: '1004700' },
    ]);
  });

  it('cannot overdraw, post before the opening, or move a closed account', async () => {
    const post = (sql: string) =>
      owner.query(sql, [accountNo]).then(
        () => 'posted',
        (fault: Error) => fault.message,
      );
    expect(await post(`select core.post_movement($1, -99999999, null, 'ATM', null)`)).toMatch(
      /balance_after_check/,
    );
    expect(await post(`select core.post_movement($1, 1, core.business_date() - 4, 'ATM', null)`)).toMatch(
      /before the account was opened/,
    );
    await owner.query(`select core.change_standing($1, 'closed', null, null, null)`, [accountNo]);
    expect(await post(`select core.post_movement($1, 1, null, 'ATM', null)`)).toMatch(/is closed/);
  });
});

describe('the business date', () => {
  it('is the date in Seoul, and moves for everybody at once', async () => {
    const today = async () =>
      (await owner.query<{ d: string }>('select core.business_date()::text as d')).rows[0]?.d ?? '';
    const before = await today();
    await owner.query('select core.move_business_date(3)');
    expect(Date.parse(await today()) - Date.parse(before)).toBe(3 * 86_400_000);
    await owner.query('select core.move_business_date(-3)');
    const { rows } = await owner.query(
      `select (clock_timestamp() at time zone 'Asia/Seoul')::date::text as d`,
    );
    expect(await today()).toBe(rows[0].d);
  });
});

describe('the seed', () => {
  it('makes the same balanced bank every time, and goes on where it stopped', async () => {
    const fresh = await createTestDatabase();
    const again = await createTestDatabase();
    await seed({ databaseUrl: fresh.url(), accounts: 300 });
    await seed({ databaseUrl: again.url(), accounts: 120 });
    await seed({ databaseUrl: again.url(), accounts: 300 });
    const digest = async (url: string) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query(
        `select md5(string_agg((to_jsonb(t) - 'written_by')::text, '|' order by account_no, seq)) as entries, count(*)::int as n,
                (select sum(amount)::text from core.posting) as ledger_sum,
                (select count(*)::int from core.account a where balance <>
                  (select sum(amount) from core.account_txn x where x.account_no = a.account_no)) as wrong_heads
           from core.account_txn t`,
      );
      await client.end();
      return rows[0];
    };
    const first = await digest(fresh.url());
    expect(await digest(again.url())).toEqual(first);
    expect(first).toMatchObject({ ledger_sum: '0', wrong_heads: 0 });
    expect(first.n).toBeGreaterThan(600);
    await Promise.all([fresh.drop(), again.drop()]);
  });
});
