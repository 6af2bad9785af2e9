import {
  createTestDatabase,
  openAccount,
  seed,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditAll, newAudit, sealAll, tamper } from '../../../testing/books.ts';
import { type CoreUnderTest, startNewCore } from '../../../testing/new-core.ts';
import type { Seal } from '../seals/seal.ts';
import type { AuditState } from './audit.ts';

const ACCOUNTS = 300;

let db: TestDatabase;
let owner: pg.Client;
let service: CoreUnderTest;
let accountNo: string;
let firstSeal: Seal;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Client({ connectionString: db.url() });
  await owner.connect();
  await seed({ databaseUrl: db.url(), accounts: ACCOUNTS });
  service = await startNewCore(db.url('interest_service'));
  const account = await openAccount(db.url(), { balances: [{ daysAgo: 40, closing: 50_000_000n }] });
  accountNo = account.accountNo;
  const paid = await service.core.pay({ ...account, traceId: '0' }, 'key-audit-1', {
    memo: '메모 | "quoted"',
  });
  if (!paid.ok) throw new Error('must pay');
  await owner.query(`select core.post_movement($1, 70000, core.business_date() - 20, 'BRANCH', 'b-1')`, [
    accountNo,
  ]);
  await owner.query(`select core.change_standing($1, null, 'deceased', null, null)`, [accountNo]);
});
afterAll(async () => {
  await service.close();
  await owner.end();
  await db.drop();
});

const one = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row> =>
  (await owner.query<Row>(sql, values)).rows[0] as Row;

async function sealed(): Promise<Seal[]> {
  const seals = await sealAll(db);
  if (seals === 'busy') throw new Error('another process seals in this test');
  return seals;
}

describe('audit of all accounts', () => {
  it('has no findings in books that are right, and returns their sums', async () => {
    const tally = await auditAll(db);
    expect(tally).toMatchObject({
      accounts: ACCOUNTS + 1,
      receipts: { total: 1, recomputed: 1, ofOtherRules: {} },
      counts: {},
    });
    expect(Object.values(tally.trialBalance).reduce((a, b) => a + BigInt(b), 0n)).toBe(0n);
    expect(tally.balances).toBe(String(-BigInt(tally.trialBalance['CUSTOMER_DEPOSIT'] ?? '0')));
  });

  it('returns the books as they were at the end of an earlier day', async () => {
    const { day } = await one<{ day: string }>(`select (core.business_date() - 30)::text as day`);
    const { balances, entries } = await one<{ balances: string; entries: number }>(
      'select sum(amount)::text as balances, count(*)::int as entries from core.account_txn where business_date <= $1',
      [day],
    );
    expect(await auditAll(db, { through: day })).toMatchObject({ balances, entries, counts: {} });
  });

  it('continues where it was stopped, with the same result', async () => {
    const whole = await auditAll(db);
    const state = newAudit();
    let kept = '';
    const stop = new AbortController();
    const keep = (now: AuditState) => {
      kept = JSON.stringify(now);
      stop.abort(new Error('stopped'));
    };
    await expect(auditAll(db, { keep, signal: stop.signal }, state)).rejects.toThrow('stopped');
    const earlier = JSON.parse(kept) as AuditState;
    expect(earlier.account).not.toBe('');
    expect(await auditAll(db, {}, earlier)).toEqual(whole);
  });
});

describe('seals', () => {
  it('begin with all history and continue day by day, each day once', async () => {
    const [first] = await sealed();
    if (first === undefined) throw new Error('no seal');
    firstSeal = first;
    expect(first.previous).toBeNull();
    expect(await sealed()).toEqual([]);
    await owner.query('select core.move_business_date(3)');
    const next = await sealed();
    expect(next).toHaveLength(3);
    expect(next[0]?.previous).toEqual({ businessDate: first.businessDate, digest: first.digest });
    const anchors = new Map([[first.businessDate, first.digest]]);
    expect(await auditAll(db, { anchors })).toMatchObject({ counts: {}, sealedDays: 4 });
  });

  it('cover a transaction that was writing when the day was closed, and no later one', async () => {
    const writer = new pg.Client({ connectionString: db.url('channel') });
    await writer.connect();
    await writer.query('begin');
    await writer.query(`select core.post_movement($1, 5, null, 'ATM', 'late-1')`, [accountNo]);
    await owner.query('select core.move_business_date(1)');
    let done = false;
    const sealing = sealed().finally(() => {
      done = true;
    });
    const closed = `select exists (select from core.day_close where business_date = core.business_date() - 1) as yes`;
    await waitFor(async () => (await one<{ yes: boolean }>(closed)).yes, { timeoutMs: 10_000 });
    expect(done).toBe(false);
    await writer.query('commit');
    expect(await sealing).toMatchObject([{ accounts: 1n, facts: 3n }]);
    await writer.query(`select core.post_movement($1, 5, null, 'ATM', 'late-2')`, [accountNo]);
    await writer.end();
    expect(await auditAll(db)).toMatchObject({ counts: {} });
  });

  it('are made by one process at a time', async () => {
    await owner.query('select core.move_business_date(1)');
    const runs = await Promise.all(Array.from({ length: 8 }, () => sealAll(db)));
    expect(runs.filter((run) => run !== 'busy' && run.length > 0)).toHaveLength(1);
  });

  it('continue after a stop between the close of a day and its seal', async () => {
    await owner.query('select core.move_business_date(1)');
    await owner.query('select core.close_day(core.business_date() - 1)');
    expect(await sealed()).toHaveLength(1);
  });

  it('show a changed day, also if all its rows were made to fit each other', async () => {
    const victim = await one<{ no: string; seq: string; day: string }>(
      `select account_no as no, seq, value_date::text as day from core.account_txn
        where kind = 'DEPOSIT' and amount > 10 and channel = 'SEED' order by account_no limit 1`,
    );
    const move = (won: number) => [
      `update core.account_txn set amount = amount + ${won} where account_no = '${victim.no}' and seq = ${victim.seq}`,
      `update core.account_txn set balance_after = balance_after + ${won}
        where account_no = '${victim.no}' and seq >= ${victim.seq}`,
      `update core.posting set amount = amount + sign(amount) * ${won}
        where account_no = '${victim.no}' and seq = ${victim.seq}`,
      `update core.day_balance set closing = closing + ${won}
        where account_no = '${victim.no}' and business_date >= '${victim.day}'`,
      `update core.account set balance = balance + ${won} where account_no = '${victim.no}'`,
    ];
    await tamper(owner, ...move(7));
    const { counts, findings } = await auditAll(db);
    expect(counts).toEqual({ 'seal-digest': 1 });
    expect(findings).toMatchObject([{ kind: 'seal-digest', businessDate: firstSeal.businessDate }]);
    await tamper(owner, ...move(-7));
    expect(await auditAll(db)).toMatchObject({ counts: {} });
  });

  it('that were all computed again still differ from the anchors', async () => {
    const anchors = new Map([[firstSeal.businessDate, '0'.repeat(64)]]);
    expect(await auditAll(db, { anchors })).toMatchObject({ counts: { 'seal-anchor': 1 } });
  });
});
