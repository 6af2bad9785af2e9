import { createTestDatabase, openAccount, seed, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealAll, TAX_RULES, tamper } from '../../../testing/books.ts';
import { type CoreUnderTest, startNewCore } from '../../../testing/new-core.ts';
import { booksPool } from '../../ledger/books-connection.ts';
import type { Anomaly, AnomalyKind } from './anomalies.ts';
import { postgresLiveLedger } from './live-ledger.sql.ts';
import { type Check, startWatch } from './watch.ts';

let db: TestDatabase;
let owner: pg.Client;
let channel: pg.Pool;
let pool: pg.Pool;
let service: CoreUnderTest;
let check: () => Promise<Check>;
let clock = 0;

const MAX_TAX_DELAY_MS = 60_000;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Client({ connectionString: db.url() });
  await owner.connect();
  channel = new pg.Pool({ connectionString: db.url('channel'), max: 8 });
  await seed({ databaseUrl: db.url(), accounts: 150 });
  service = await startNewCore(db.url('interest_service'));
  pool = await booksPool(db.url('interest_service'), { applicationName: 'watch-test', readOnly: true });
  check = await startWatch(postgresLiveLedger(pool), {
    rules: TAX_RULES,
    now: () => clock,
    maxTaxDelayMs: MAX_TAX_DELAY_MS,
  });
});
afterAll(async () => {
  await Promise.all([service.close(), owner.end(), channel.end(), pool.end()]);
  await db.drop();
});

const fiftyMillion = () => openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 50_000_000n }] });
const pay = async (account: { accountNo: string; customerId: string }) => {
  const answer = await service.core.pay({ ...account, traceId: '0' }, `key-${account.accountNo}`, {});
  if (!answer.ok) throw new Error(`must pay: ${answer.problem.code}`);
};

/** Checks until the rotation has covered all accounts. Returns the anomalies of one account. */
async function seenOf(accountNo: string): Promise<Anomaly[]> {
  const seen: Anomaly[] = [];
  for (let round = 0; round < 2; ) {
    const { anomalies, isRoundComplete } = await check();
    seen.push(...anomalies.filter((anomaly) => anomaly.accountNo === accountNo));
    if (isRoundComplete) round += 1;
  }
  return seen;
}
const kindsOf = (seen: Anomaly[]): AnomalyKind[] =>
  [...new Set(seen.map(({ kind }) => kind))].toSorted((a, b) => (a < b ? -1 : 1));

/** The anomalies of one account in the next check, from its new entries; the rotation may rebuild it as well. */
async function liveKinds(accountNo: string): Promise<AnomalyKind[]> {
  const { anomalies } = await check();
  return kindsOf(
    anomalies.filter((seen) => seen.accountNo === accountNo && seen.kind !== 'books-do-not-fit'),
  );
}

/** An entry that only a superuser can write, because it breaks every check. */
function entry(
  accountNo: string,
  seq: number,
  given: { kind?: string; amount?: number; after: number; day?: string },
): string[] {
  const { kind = 'DEPOSIT', amount = 5, after, day = 'core.business_date()' } = given;
  return [
    `insert into core.account_txn
       (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
     values ('${accountNo}', ${seq}, '${kind}', ${amount}, ${after}, ${day}, ${day}, core.bank_now(), 'ROOT')`,
    `insert into core.posting values ('${accountNo}', ${seq}, 1, 'CASH_CLEARING', ${amount}),
       ('${accountNo}', ${seq}, 2, 'CUSTOMER_DEPOSIT', -${amount})`,
  ];
}
const head = (accountNo: string, seq: number, balance: number) => [
  `update core.account set last_seq = ${seq}, balance = ${balance} where account_no = '${accountNo}'`,
  `insert into core.day_balance values ('${accountNo}', core.business_date(), ${balance})
     on conflict (account_no, business_date) do update set closing = excluded.closing`,
];

describe('the watcher is quiet', () => {
  it('over books that are right, after it checked all of them', async () => {
    expect(await check()).toEqual({ entries: 0, anomalies: [], rebuilt: 150, isRoundComplete: true });
  });

  it('during payouts, movements and changes of standing', async () => {
    const accounts = await Promise.all(Array.from({ length: 12 }, fiftyMillion));
    let over = false;
    const checks: Check[] = [];
    const watching = (async () => {
      while (!over) checks.push(await check());
    })();
    const move = (sql: string, values: unknown[]) => channel.query(sql, values);
    await Promise.all(
      accounts.flatMap((account) => [
        pay(account),
        ...Array.from({ length: 10 }, (_, i) =>
          move('select core.post_movement($1, $2, core.business_date() - $3::int, $4, null)', [
            account.accountNo,
            i % 3 === 0 ? -1_000 : 3_000,
            i % 2,
            'ATM',
          ]),
        ),
        move(`select core.change_standing($1, 'limited', null, null, null)`, [account.accountNo]),
      ]),
    );
    over = true;
    await watching;
    checks.push(await check());
    expect(checks.flatMap(({ anomalies }) => anomalies)).toEqual([]);
    const entries = checks.reduce((sum, { entries: checked }) => sum + checked, 0);
    // The openings as well: each entry is checked once, whenever its transaction committed.
    expect(entries).toBe(12 * 12);
  });

  it('about a transaction that began long before others and commits after the check', async () => {
    const [slow, quick] = [await fiftyMillion(), await fiftyMillion()];
    await check();
    const late = await channel.connect();
    await late.query('begin');
    await late.query(`select core.post_movement($1, 7, null, 'ATM', null)`, [slow.accountNo]);
    await channel.query(`select core.post_movement($1, 7, null, 'ATM', null)`, [quick.accountNo]);
    expect(await check()).toMatchObject({ entries: 1, anomalies: [] });
    await late.query('commit');
    late.release();
    expect(await check()).toMatchObject({ entries: 1, anomalies: [] });
    expect(await check()).toMatchObject({ entries: 0, anomalies: [] });
  });
});

describe('the watcher reports', () => {
  it('interest twice in a day, without a receipt', async () => {
    const account = await fiftyMillion();
    await pay(account);
    await tamper(
      owner,
      ...entry(account.accountNo, 3, { kind: 'INTEREST', after: 50_002_334 }),
      ...head(account.accountNo, 3, 50_002_334),
    );
    expect(await liveKinds(account.accountNo)).toEqual(['interest-twice', 'interest-without-receipt']);
  });

  it('a movement on a closed account', async () => {
    const { accountNo } = await fiftyMillion();
    await owner.query(`select core.change_standing($1, 'closed', null, null, null)`, [accountNo]);
    await tamper(owner, ...entry(accountNo, 3, { after: 50_000_005 }), ...head(accountNo, 3, 50_000_005));
    expect(await liveKinds(accountNo)).toEqual(['movement-on-closed']);
  });

  it('lines that do not sum to zero: of a new entry at once, of an old one in the rotation', async () => {
    const { accountNo } = await fiftyMillion();
    const lines = `insert into core.posting values ('${accountNo}', 2, 3, 'CASH_CLEARING', 1)`;
    await tamper(
      owner,
      ...entry(accountNo, 2, { after: 50_000_005 }),
      lines,
      ...head(accountNo, 2, 50_000_005),
    );
    expect(await liveKinds(accountNo)).toEqual(['lines-do-not-sum']);
    const old = await fiftyMillion();
    await check();
    await tamper(
      owner,
      `update core.posting set amount = amount - 1 where account_no = '${old.accountNo}' and line_no = 1`,
    );
    expect(await seenOf(old.accountNo)).toContainEqual({
      kind: 'books-do-not-fit',
      accountNo: old.accountNo,
      seq: 1n,
      found: 'lines-sum',
    });
  });

  it('a balance that is not the fold of the entries', async () => {
    const { accountNo } = await fiftyMillion();
    await tamper(owner, ...entry(accountNo, 2, { after: 50_000_006 }), ...head(accountNo, 2, 50_000_006));
    expect(await liveKinds(accountNo)).toEqual(['balance-not-fold']);
  });

  it('a head without history, and a history without head', async () => {
    const ahead = await fiftyMillion();
    await tamper(
      owner,
      ...entry(ahead.accountNo, 2, { after: 50_000_005 }),
      ...head(ahead.accountNo, 9, 50_000_005),
    );
    expect(await liveKinds(ahead.accountNo)).toEqual(['head-not-history']);
    const behind = await fiftyMillion();
    await tamper(owner, ...entry(behind.accountNo, 2, { after: 50_000_005 }));
    expect(await liveKinds(behind.accountNo)).toEqual(['head-not-history']);
  });

  it('an end-of-day balance that is not the balance', async () => {
    const { accountNo } = await fiftyMillion();
    await channel.query(`select core.post_movement($1, 7, null, 'ATM', null)`, [accountNo]);
    await owner.query('update core.day_balance set closing = closing + 1 where account_no = $1', [accountNo]);
    expect(await liveKinds(accountNo)).toEqual(['closing-not-balance']);
  });

  it('a payout although the standing forbade it', async () => {
    const account = await fiftyMillion();
    await pay(account);
    await tamper(
      owner,
      `insert into core.account_standing (account_no, seq, account_status, customer_status, tax_class, holds)
       values ('${account.accountNo}', 1, 'active', 'identity-theft', 'resident', '{}')`,
    );
    expect(await liveKinds(account.accountNo)).toEqual(['payout-not-eligible']);
  });

  it('a receipt that is too late in the tax book, once', async () => {
    const account = await fiftyMillion();
    await pay(account);
    await check();
    clock += MAX_TAX_DELAY_MS - 1;
    const kinds = () => liveKinds(account.accountNo);
    expect(await kinds()).toEqual([]);
    clock += 1;
    expect(await kinds()).toEqual(['tax-posting-missing']);
    expect(await kinds()).toEqual([]);
  });

  it('an entry that was written to a sealed day', async () => {
    const { accountNo } = await fiftyMillion();
    await owner.query('select core.move_business_date(1)');
    await sealAll(db);
    await check();
    const day = 'core.business_date() - 1';
    await tamper(
      owner,
      ...entry(accountNo, 2, { after: 50_000_005, day }),
      ...head(accountNo, 2, 50_000_005),
    );
    expect(await liveKinds(accountNo)).toEqual(['sealed-day-intrusion']);
  });
});
