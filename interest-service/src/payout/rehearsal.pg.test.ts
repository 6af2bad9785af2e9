import type { CustomerRequest } from '@core-exit/bank-contract';
import { createTestDatabase, openAccount, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';

let db: TestDatabase;
let owner: pg.Pool;
let channel: pg.Pool;
let service: CoreUnderTest;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Pool({ connectionString: db.url() });
  channel = new pg.Pool({ connectionString: db.url('channel') });
  service = await startNewCore(db.url('interest_service'));
});
afterAll(async () => {
  await service.close();
  await Promise.all([owner.end(), channel.end()]);
  await db.drop();
});

const requestOf = (account: { accountNo: string; customerId: string }): CustomerRequest => ({
  ...account,
  traceId: '0'.repeat(32),
});
const fiftyMillion = { balances: [{ daysAgo: 1, closing: 50_000_000n }] };

async function scalar<T>(sql: string, values: unknown[] = []): Promise<T> {
  const { rows } = await owner.query({ text: sql, values, rowMode: 'array' });
  return rows[0]?.[0] as T;
}

describe('as of a basis', () => {
  it('a rehearsal has the amounts of the payout, also after later changes', async () => {
    const account = await openAccount(db.url(), {
      balances: [
        { daysAgo: 40, closing: 3_000_000n },
        { daysAgo: 12, closing: 120_000_000n },
      ],
    });
    const quote = await service.core.quote(requestOf(account), null);
    const paid = await service.core.pay(requestOf(account), 'key-basis-1', { memo: 'memo' });
    if (!paid.ok || !quote.ok) throw new Error('must pay');
    await channel.query('select core.post_movement($1, -70000, core.business_date() - 20, $2, null)', [
      account.accountNo,
      'BRANCH',
    ]);
    await channel.query('select core.change_standing($1, null, $2, null, null)', [
      account.accountNo,
      'deceased',
    ]);
    const { payoutId: _id, paidAt: _at, ...expected } = paid.body.payout;
    const rehearsal = await service.core.rehearse(requestOf(account), {
      basis: paid.body.payout.basis,
      memo: 'memo',
    });
    expect(rehearsal).toMatchObject({ ok: true, body: expected, stratum: { product: expect.any(String) } });
    expect(await service.core.quote(requestOf(account), quote.body.basis)).toMatchObject({
      ok: true,
      body: quote.body,
    });
  });

  it('a standing and a payout count exactly from their own position on', async () => {
    const account = await openAccount(db.url(), fiftyMillion);
    const today = (await scalar<string>('select core.business_date()::text')) ?? '';
    await channel.query('select core.change_standing($1, null, null, null, $2)', [
      account.accountNo,
      ['seizure'],
    ]);
    const at = (ledgerSeq: string) =>
      service.core.rehearse(requestOf(account), { basis: { businessDate: today, ledgerSeq } });
    expect(await at('1')).toMatchObject({ ok: true, body: { net: '2329' } });
    expect(await at('2')).toMatchObject({ ok: false, problem: { code: 'NOT_ELIGIBLE', reason: 'SEIZED' } });
    expect(await at('3')).toMatchObject({ ok: false, problem: { code: 'BASIS_UNKNOWN' } });
  });

  it('the fold of the history and the end-of-day balances give the same quote', async () => {
    const account = await openAccount(db.url(), {
      balances: [
        { daysAgo: 80, closing: 49_999_999n },
        { daysAgo: 50, closing: 50_000_001n },
        { daysAgo: 3, closing: 1n },
      ],
    });
    await channel.query('select core.post_movement($1, 777, core.business_date() - 60, $2, null)', [
      account.accountNo,
      'BRANCH',
    ]);
    const now = await service.core.quote(requestOf(account), null);
    expect(now.ok && (await service.core.quote(requestOf(account), now.body.basis))).toMatchObject({
      body: now.ok && now.body,
    });
  });

  it('the order of movements of one day does not matter', async () => {
    const grossAfter = async (amounts: number[]): Promise<string> => {
      const account = await openAccount(db.url(), { balances: [{ daysAgo: 30, closing: 60_000_000n }] });
      for (const amount of amounts) {
        const post = 'select core.post_movement($1, $2, core.business_date() - 10, $3, null)';
        await channel.query(post, [account.accountNo, amount, 'BRANCH']);
      }
      const quote = await service.core.quote(requestOf(account), null);
      if (!quote.ok) throw new Error('must quote');
      return quote.body.gross;
    };
    const movements = [5_000_000, -41_000_000, 77, -1_234_567, 90_000_000];
    const inOrder = await grossAfter(movements);
    expect(await grossAfter(movements.toReversed())).toBe(inOrder);
    expect(await grossAfter(movements.toSorted((a, b) => b - a))).toBe(inOrder);
  });
});
