import { createTestDatabase, openAccount, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';

/** PostgreSQL plans a prepared statement at its first five executions, then decides whether to keep one plan. */
const ACCOUNTS = 8;

let db: TestDatabase;
let owner: pg.Client;
let service: CoreUnderTest;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Client(db.url());
  await owner.connect();
  await owner.query('vacuum analyze'); // as on the first day, when the statistics have no rows
  service = await startNewCore(db.url('interest_service'));
});
afterAll(async () => {
  await service.close();
  await owner.end();
  await db.drop();
});

/** How often tables that grow with payouts were read as a whole. */
async function wholeReads(): Promise<Record<string, string>> {
  await service.source.query('select pg_stat_force_next_flush()'); // of the connection that paid
  const { rows } = await owner.query<{ name: string; times: string }>(
    `select relname as name, seq_scan::text as times from pg_stat_user_tables
      where schemaname in ('core', 'interest') and relname in
        ('account', 'account_txn', 'posting', 'day_balance', 'interest_payout', 'outbox', 'reply', 'refusal_audit')`,
  );
  return Object.fromEntries(rows.map(({ name, times }) => [name, times]));
}

it('statements that were planned while the tables were empty use their indexes for ever', async () => {
  const accounts = [];
  for (let i = 0; i < ACCOUNTS; i += 1)
    accounts.push(await openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 50_000_000n }] }));
  const before = await wholeReads();
  for (const { accountNo, customerId } of accounts) {
    const request = { accountNo, customerId, traceId: 'plans' };
    expect(await service.core.pay(request, `plans-paid-${accountNo}`, {})).toMatchObject({ ok: true });
    expect(await service.core.pay(request, `plans-refused-${accountNo}`, {})).toMatchObject({ ok: false });
    expect(await service.core.quote(request, null)).toMatchObject({ ok: true });
  }
  expect(await wholeReads()).toEqual(before);
});
