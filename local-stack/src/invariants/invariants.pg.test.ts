import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../processes/until.ts';
import { openAccount } from '../testing/account.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type AcknowledgedPayout, checkInvariants, watchInvariants } from './invariants.ts';

let db: TestDatabase;
let accountNo: string;

beforeEach(async () => {
  db = await createTestDatabase();
  ({ accountNo } = await openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 1_000_000n }] }));
});
afterEach(() => db.drop());

/** An answer without a payout in the books. */
const unfounded = (): AcknowledgedPayout => ({
  idempotencyKey: 'key-00000001',
  payoutId: '00000000-0000-4000-8000-000000000001',
  accountNo,
  gross: '100',
  net: '85',
  balanceAfter: '1000085',
});

describe('the checker', () => {
  it('finds nothing in books that are right', async () => {
    expect(await checkInvariants(db.url(), { acknowledged: [], drained: true })).toEqual([]);
  });

  it('finds an acknowledged payout that is not in the ledger: I4', async () => {
    expect(await checkInvariants(db.url(), { acknowledged: [unfounded()] })).toMatchObject([
      { invariant: 'I4', what: expect.stringContaining('not in the ledger') },
    ]);
  });

  it('finds a payout that is acknowledged during the watch', async () => {
    const acknowledged: AcknowledgedPayout[] = [];
    const watch = watchInvariants(db.url(), { everyMs: 5, acknowledged });
    await until(async () => watch.rounds() > 1, { timeoutMs: 10_000 });
    const before = watch.rounds();
    acknowledged.push(unfounded());
    await until(async () => watch.rounds() > before + 1, { timeoutMs: 10_000 });
    const { rounds, violations } = await watch.stop();
    expect(violations[0]).toMatchObject({ invariant: 'I4' });
    expect(violations.length).toBeLessThan(rounds);
  });
});
