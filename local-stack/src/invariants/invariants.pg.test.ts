import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../processes/until.ts';
import { openAccount } from '../testing/account.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { checkInvariants, type ToldPayout, watchInvariants } from './invariants.ts';

let db: TestDatabase;
let accountNo: string;

beforeEach(async () => {
  db = await createTestDatabase();
  ({ accountNo } = await openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 1_000_000n }] }));
});
afterEach(() => db.drop());

/** An answer that nothing in the books stands behind. */
const unfounded = (): ToldPayout => ({
  key: 'key-00000001',
  payoutId: '00000000-0000-4000-8000-000000000001',
  accountNo,
  gross: '100',
  net: '85',
  balanceAfter: '1000085',
});

describe('the checker', () => {
  it('finds nothing in books that are right', async () => {
    expect(await checkInvariants(db.url(), { told: [], drained: true })).toEqual([]);
  });

  it('finds what a client was told and is not there: I4', async () => {
    expect(await checkInvariants(db.url(), { told: [unfounded()] })).toMatchObject([
      { invariant: 'I4', what: expect.stringContaining('not there') },
    ]);
  });

  it('finds it also when the client is told while the watch goes on', async () => {
    const told: ToldPayout[] = [];
    const watch = watchInvariants(db.url(), { everyMs: 5, told });
    await until(async () => watch.rounds() > 1, { timeoutMs: 10_000 });
    const before = watch.rounds();
    told.push(unfounded());
    await until(async () => watch.rounds() > before + 1, { timeoutMs: 10_000 });
    const { rounds, violations } = await watch.stop();
    expect(violations[0]).toMatchObject({ invariant: 'I4' });
    expect(violations.length).toBeLessThan(rounds);
  });
});
