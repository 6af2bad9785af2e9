import { randomUUID } from 'node:crypto';
import type { Payout } from '@core-exit/bank-contract';
import {
  type AccountGiven,
  checkInvariants,
  createTestDatabase,
  openAccount,
  type TestDatabase,
  violationText,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type CoreUnderTest, startNewCore } from './new-core.ts';

export type Account = { accountNo: string; customerId: string };

/** The bank of one test file: a ledger, the new core on it, and the other channels. Its invariants are checked after each test. */
export function bankUnderTest() {
  let db: TestDatabase;
  let owner: pg.Pool;
  let channel: pg.Pool;
  let legacy: pg.Pool;
  let service: CoreUnderTest;
  let sent = 0;

  beforeAll(async () => {
    db = await createTestDatabase();
    owner = new pg.Pool({ connectionString: db.url() });
    channel = new pg.Pool({ connectionString: db.url('channel') });
    legacy = new pg.Pool({ connectionString: db.url('legacy_core') });
    service = await startNewCore(db.url('interest_service'));
  });
  afterAll(async () => {
    await service.close();
    await Promise.all([owner.end(), channel.end(), legacy.end()]);
    await db.drop();
  });
  afterEach(async () => expect((await checkInvariants(db.url())).map(violationText)).toEqual([]));

  const scalar = async (sql: string, values: unknown[] = []): Promise<unknown> =>
    (await owner.query({ text: sql, values, rowMode: 'array' })).rows[0]?.[0];
  return {
    url: (role: 'interest_service' | 'legacy_core') => db.url(role),
    ownerUrl: () => db.url(),
    service: () => service,
    owner: () => owner,
    channel: () => channel,
    scalar,
    open: (closing: bigint, daysAgo = 30, given: Omit<AccountGiven, 'balances'> = {}) =>
      openAccount(db.url(), { ...given, balances: [{ daysAgo, closing }] }),
    async pay(account: Account): Promise<Payout> {
      const answer = await service.core.pay({ ...account, traceId: '0' }, `key-${randomUUID()}`, {});
      if (!answer.ok) throw new Error(answer.problem.code);
      return answer.body.payout;
    },
    /** A payout of the legacy core itself. Returns its id, or null if it was refused. */
    async payAtLegacyCore({ accountNo, customerId }: Account): Promise<string | null> {
      sent += 1;
      const values = [`GUID${String(sent).padStart(26, '0')}`, accountNo, customerId, `legacy-${sent}`];
      const { rows } = await legacy.query(
        'select (legacy.dpi2100($1, $2, $3, $4, null, 2000)).payo_id',
        values,
      );
      return rows[0].payo_id;
    },
    /** A movement of another channel, valued some days ago. */
    move: ({ accountNo }: Account, won: bigint | number, daysAgo: number) =>
      channel.query('select core.post_movement($1, $2, core.business_date() - $3::int, $4, null)', [
        accountNo,
        won,
        daysAgo,
        'BRANCH',
      ]),
    nextDay: () => owner.query('select core.move_business_date(1)'),
    /** Locks the account's row as another channel would. Returns a function that releases it. */
    hold: (account: Account) => hold(owner, account),
    waitingForLocks: async () =>
      Number(
        await scalar(
          `select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        ),
      ),
    balanceOf: async ({ accountNo }: Account) =>
      (await scalar('select balance::text from core.account where account_no = $1', [accountNo])) as string,
    /** What a payout stands at, with its corrections and its reversal. */
    standsAt: (payoutId: string) =>
      scalar('select sum(gross)::text from core.interest_effect where payout_id = $1', [payoutId]),
  };
}

async function hold(owner: pg.Pool, { accountNo }: Account): Promise<() => Promise<void>> {
  const holder = await owner.connect();
  await holder.query('begin');
  await holder.query('select from core.account where account_no = $1 for update', [accountNo]);
  return async () => {
    await holder.query('commit');
    holder.release();
  };
}
