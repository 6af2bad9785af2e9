import {
  checkInvariants,
  createTestDatabase,
  openAccount,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';
import { unguardedPayer } from '../../testing/unguarded-payer.ts';
import { postgresTaxBook } from '../tax/book/tax-book.sql.ts';
import { type TakenIn, takeIn } from '../tax/book/tax-book.ts';
import type { OutboxEvent } from '../tax/events/relay.ts';
import { writeRecord } from '../tax/events/tax-event-record.ts';

/** Each test has a database of its own, because a removed guard is not put back. */
let db: TestDatabase;
let owner: pg.Client;
let service: CoreUnderTest;
let account: { accountNo: string; customerId: string };

beforeEach(async () => {
  db = await createTestDatabase();
  owner = new pg.Client({ connectionString: db.url() });
  await owner.connect();
  service = await startNewCore(db.url('interest_service'));
  account = await openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 50_000_000n }] });
});
afterEach(async () => {
  await service.close();
  await owner.end();
  await db.drop();
});

/** Which invariants the checker finds broken. */
const broken = async (): Promise<string[]> => [
  ...new Set((await checkInvariants(db.url())).map(({ invariant }) => invariant)),
];
const sqlState = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (fault: { code?: string }) => fault.code ?? 'no answer',
  );

describe('an account is paid once a day', () => {
  const DROP_KEY = 'alter table core.interest_payout drop constraint one_payout_per_day';

  /** Two payers at once: both check before one of them pays, if no lock makes the second one wait. */
  const twoPayers = async (lock: boolean): Promise<string> => {
    const first = await unguardedPayer(db.url(), account.accountNo);
    const second = await unguardedPayer(db.url(), account.accountNo);
    try {
      expect(await first.check(lock)).toBe(true);
      let checked: boolean | null = null;
      const looking = second.check(lock).then((mayPay) => {
        checked = mayPay;
        return mayPay;
      });
      await waitFor(async () => checked !== null || (await second.isWaiting()), { timeoutMs: 5_000 });
      await first.pay();
      if (!(await looking)) return 'has seen the payout';
      return await sqlState(second.pay());
    } finally {
      await Promise.all([first.end(), second.end()]);
    }
  };

  it('by the row lock alone', async () => {
    await owner.query(DROP_KEY);
    expect(await twoPayers(true)).toBe('has seen the payout');
    expect(await broken()).toEqual([]);
  });

  it('by the unique key alone', async () => {
    expect(await twoPayers(false)).toBe('23505');
    expect(await broken()).toEqual([]);
  });

  it('and is paid twice without both, which the checker finds: I2', async () => {
    await owner.query(DROP_KEY);
    expect(await twoPayers(false)).toBe('done');
    expect(await broken()).toEqual(['I2']);
  });
});

describe('an event has one tax effect', () => {
  const DROP_INBOX_KEY = 'alter table tax.inbox drop constraint inbox_pkey';

  const deliver = async (): Promise<TakenIn> => {
    const { rows } = await owner.query<OutboxEvent>(
      'select event_id as "eventId", account_no as "accountNo", payload from interest.outbox',
    );
    const records = rows.map((event, i) => ({ ...writeRecord(event), origin: `test:0:${i}` }));
    return takeIn(postgresTaxBook(service.source), { put: async () => undefined }, records);
  };
  beforeEach(async () => {
    await service.core.pay({ ...account, traceId: '0' }, 'key-taxed-01', {});
    await deliver();
  });

  it('by the inbox', async () => {
    expect(await deliver()).toMatchObject({ posted: 0, seenBefore: 1, dead: 0 });
    expect(await broken()).toEqual([]);
  });

  it('by the id of the posting, if the inbox has lost its key', async () => {
    await owner.query(DROP_INBOX_KEY);
    expect(await deliver()).toMatchObject({ posted: 0, dead: 1 });
    expect(await broken()).toEqual([]);
  });

  it('and has two without both, which the checker finds: I3', async () => {
    await owner.query(`${DROP_INBOX_KEY};
      alter table tax.posting drop constraint posting_pkey cascade;
      alter table tax.line drop constraint line_pkey;
      alter table tax.withholding_receipt drop constraint withholding_receipt_posting_id_key`);
    expect(await deliver()).toMatchObject({ posted: 1 });
    expect(await broken()).toEqual(['I3']);
  });
});

/** A breach that a guard refuses, the statement that removes the guard, and what the checker finds then. */
type Guard = { guard: string; breach: string; refused: string; removal: string; found: string[] };

const POST = (lines: string): string => `
  with head as (
    update core.account set balance = balance + 5000, last_seq = last_seq + 1 where account_no = $1 returning *),
  entry as (
    insert into core.account_txn
      (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
    select account_no, last_seq, 'DEPOSIT', 5000, balance, core.business_date(), core.business_date(), core.bank_now(), 'TEST'
      from head),
  closing as (insert into core.day_balance select account_no, core.business_date(), balance from head)
  insert into core.posting select account_no, last_seq, l.* from head, (values ${lines}) l (line_no, gl_code, amount)`;

const GUARDS: Guard[] = [
  {
    guard: 'the trigger that balances lines',
    breach: POST(`(1, 'CASH_CLEARING', 4000), (2, 'CUSTOMER_DEPOSIT', -5000)`),
    refused: '23514',
    removal: 'drop trigger entry_sums_to_zero on core.posting',
    found: ['I1'],
  },
  {
    guard: 'the trigger that holds the customer line against the movement',
    breach: POST(`(1, 'CASH_CLEARING', 4000), (2, 'CUSTOMER_DEPOSIT', -4000)`),
    refused: '23514',
    removal: 'drop trigger entry_sums_to_zero on core.posting',
    found: ['I1'],
  },
  {
    guard: 'the key that wants lines of every entry',
    breach: `${POST(`(1, 'CASH_CLEARING', 5000)`)} where false`,
    refused: '23503',
    removal: 'alter table core.account_txn drop constraint account_txn_has_postings',
    found: ['I1'],
  },
  {
    guard: 'the trigger that keeps entries as they are',
    breach: 'update core.account_txn set amount = amount + 1 where account_no = $1',
    refused: '42501',
    removal: 'drop trigger append_only on core.account_txn',
    found: ['I1', 'I6'],
  },
  {
    guard: 'the trigger that keeps lines as they are',
    breach: `update core.posting set amount = amount + 1 where account_no = $1 and gl_code = 'CASH_CLEARING'`,
    refused: '42501',
    removal: 'drop trigger append_only on core.posting',
    found: ['I1'],
  },
  {
    guard: 'the check of the head against a negative balance',
    breach: 'update core.account set balance = -1 where account_no = $1',
    refused: '23514',
    removal: 'alter table core.account drop constraint account_balance_check',
    found: ['I6'],
  },
];

describe.each(GUARDS)('$guard', ({ breach, refused, removal, found }) => {
  it(`refuses the breach, and without it the checker finds ${found.join(' and ')}`, async () => {
    expect(await sqlState(owner.query(breach, [account.accountNo]))).toBe(refused);
    expect(await broken()).toEqual([]);
    await owner.query(removal);
    expect(await sqlState(owner.query(breach, [account.accountNo]))).toBe('done');
    expect((await broken()).toSorted()).toEqual(found);
  });
});
