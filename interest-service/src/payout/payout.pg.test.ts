import type { CustomerRequest } from '@core-exit/bank-contract';
import { createTestDatabase, openAccount, type TestDatabase, waitFor } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';
import { MAX_AT_ONCE } from './account-turns.ts';

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

describe('payout', () => {
  it('pays the published amount, and receipt, entry, head, day balance and outbox agree', async () => {
    const account = await openAccount(db.url(), fiftyMillion);
    const answer = await service.core.pay(requestOf(account), 'key-0000001', { memo: '이자 받기' });
    expect(answer).toMatchObject({
      ok: true,
      body: {
        replayed: false,
        payout: { gross: '2739', incomeTax: '380', localTax: '30', net: '2329', balanceAfter: '50002329' },
      },
    });
    const { rows } = await owner.query(
      `select a.balance, a.last_seq, a.paid_through = core.business_date() as paid, d.closing, t.amount,
              (select sum(amount) from core.posting p where p.account_no = a.account_no) as posted,
              (select count(*)::int from core.posting p where p.account_no = a.account_no and seq = 2) as lines,
              o.payload ->> 'net' as event_net
         from core.account a join core.day_balance d on d.account_no = a.account_no and d.business_date = core.business_date()
         join core.account_txn t on t.account_no = a.account_no and t.seq = a.last_seq
         join interest.outbox o on o.account_no = a.account_no
        where a.account_no = $1`,
      [account.accountNo],
    );
    expect(rows).toEqual([
      {
        balance: '50002329',
        last_seq: '2',
        paid: true,
        closing: '50002329',
        amount: '2329',
        posted: '0',
        lines: 4,
        event_net: '2329',
      },
    ]);
  });

  it('replays the first answer for the same key, and refuses the key for another request', async () => {
    const account = await openAccount(db.url(), fiftyMillion);
    const first = await service.core.pay(requestOf(account), 'key-replay', {});
    const again = await service.core.pay(requestOf(account), 'key-replay', {});
    expect(first.ok && again.ok && again.body.replayed).toBe(true);
    expect(again.ok && again.body.payout).toEqual(first.ok && first.body.payout);
    const other = await service.core.pay(requestOf(account), 'key-replay', { memo: 'other' });
    expect(other).toMatchObject({ ok: false, problem: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('replays a refusal for its key, also when the account could be paid now, and refuses the key for another request', async () => {
    const account = await openAccount(db.url(), {
      ...fiftyMillion,
      standing: { holds: ['seizure'] },
    });
    const first = await service.core.pay(requestOf(account), 'key-refused-1', {});
    expect(first).toMatchObject({
      ok: false,
      replayed: false,
      problem: { code: 'NOT_ELIGIBLE', reason: 'SEIZED', basis: { ledgerSeq: '1' } },
    });
    await channel.query(`select core.change_standing($1, null, null, null, '{}')`, [account.accountNo]);
    const again = await service.core.pay(requestOf(account), 'key-refused-1', {});
    expect(again).toEqual({ ...first, replayed: true });
    expect(await service.core.pay(requestOf(account), 'key-refused-1', { memo: 'other' })).toMatchObject({
      problem: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
    expect(await service.core.pay(requestOf(account), 'key-refused-2', {})).toMatchObject({ ok: true });
    expect(
      await scalar('select count(*)::int from interest.refusal_audit where account_no = $1', [
        account.accountNo,
      ]),
    ).toBe(1);
  });

  it('refuses a second payout of the day, and answers with its basis', async () => {
    const account = await openAccount(db.url(), fiftyMillion);
    await service.core.pay(requestOf(account), 'key-first-1', {});
    expect(await service.core.pay(requestOf(account), 'key-second', {})).toMatchObject({
      ok: false,
      problem: { code: 'ALREADY_PAID_TODAY', status: 409, basis: { ledgerSeq: '2' } },
    });
  });

  it('keeps the period open when there is nothing to pay yet', async () => {
    const account = await openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 100n }] });
    expect(await service.core.pay(requestOf(account), 'key-nothing', {})).toMatchObject({
      problem: { code: 'NOTHING_TO_PAY' },
    });
    const untouched =
      'select paid_through = opened_on and last_seq = 1 from core.account where account_no = $1';
    expect(await scalar(untouched, [account.accountNo])).toBe(true);
  });

  it('answers another customer as if the account did not exist', async () => {
    const account = await openAccount(db.url(), fiftyMillion);
    const stranger = { ...requestOf(account), customerId: 'C999999999' };
    expect(await service.core.pay(stranger, 'key-foreign', {})).toMatchObject({
      problem: { code: 'ACCOUNT_NOT_FOUND' },
    });
    expect(await service.core.quote(stranger, null)).toMatchObject({
      problem: { code: 'ACCOUNT_NOT_FOUND' },
    });
    const audited =
      'select count(*)::int from interest.access_audit where account_no = $1 and customer_id = $2';
    expect(await scalar(audited, [account.accountNo, stranger.customerId])).toBe(2);
  });

  it('answers with the strongest reason and stores all reasons for auditors', async () => {
    const standing = { customerStatus: 'deceased', holds: ['withdrawal-stop', 'seizure'] };
    const account = await openAccount(db.url(), { ...fiftyMillion, standing });
    expect(await service.core.pay(requestOf(account), 'key-refused', {})).toMatchObject({
      problem: { code: 'NOT_ELIGIBLE', reason: 'HOLDER_DECEASED' },
    });
    const { rows } = await owner.query(
      'select code, reasons, ledger_seq from interest.refusal_audit where account_no = $1',
      [account.accountNo],
    );
    expect(rows).toEqual([
      { code: 'NOT_ELIGIBLE', reasons: ['HOLDER_DECEASED', 'SEIZED', 'WITHDRAWAL_STOPPED'], ledger_seq: '1' },
    ]);
  });

  it('pays once when fifty requests with fifty keys arrive together, with deposits between them', async () => {
    const account = await openAccount(db.url(), fiftyMillion);
    // Locked until all of them wait for the account, so that they meet also when the pool fills slowly.
    const holder = await owner.connect();
    await holder.query('begin');
    await holder.query('select from core.account where account_no = $1 for update', [account.accountNo]);
    const payouts = Array.from({ length: 50 }, (_, i) =>
      service.core.pay(requestOf(account), `key-race-${i}`, {}),
    );
    const deposits = Array.from({ length: 20 }, () =>
      channel.query('select core.post_movement($1, 1000, null, $2, null)', [account.accountNo, 'ATM']),
    );
    const waiting = `select count(*)::int from pg_stat_activity where wait_event_type = 'Lock'
      and datname = current_database() and usename = 'interest_service'`;
    await waitFor(async () => (await scalar<number>(waiting)) >= MAX_AT_ONCE, { timeoutMs: 1_900 });
    await holder.query('commit');
    holder.release();
    const answers = await Promise.all(payouts);
    await Promise.all(deposits);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    const codes = new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.problem.code])));
    codes.delete('REQUEST_IN_PROGRESS'); // on a machine so slow that the wait for the lock was too long
    expect([...codes]).toEqual(['ALREADY_PAID_TODAY']);
    const head = 'select balance from core.account where account_no = $1';
    expect(await scalar(head, [account.accountNo])).toBe('50022329');
    const folded = 'select sum(amount)::text from core.account_txn where account_no = $1';
    expect(await scalar(folded, [account.accountNo])).toBe('50022329');
  });

  it('pays one of two accounts of a customer when both requests have the same key at the same moment', async () => {
    for (let i = 0; i < 5; i += 1) {
      const [one, other] = [
        await openAccount(db.url(), fiftyMillion),
        await openAccount(db.url(), fiftyMillion),
      ];
      const move = 'update core.account set customer_id = $1 where account_no = $2';
      await owner.query(move, [one.customerId, other.accountNo]);
      const both = [one, { ...other, customerId: one.customerId }];
      const answers = await Promise.all(
        both.map((account) => service.core.pay(requestOf(account), 'key-of-two', {})),
      );
      expect(answers.map((answer) => (answer.ok ? 'PAID' : answer.problem.code)).toSorted()).toEqual([
        'IDEMPOTENCY_KEY_REUSED',
        'PAID',
      ]);
    }
  });

  it('is refused by the unique keys of the receipts when many transactions write one without a lock', async () => {
    const account = await openAccount(db.url(), fiftyMillion);
    const insert = `
      with entry as (
        insert into core.account_txn
          (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
        values ($1, 100 + $2::int, 'INTEREST', 1, 50000001, core.business_date(), core.business_date(), now(), 'TEST')
      ), lines as (
        insert into core.posting (account_no, seq, line_no, gl_code, amount)
        values ($1, 100 + $2::int, 1, 'INTEREST_EXPENSE', 1), ($1, 100 + $2::int, 2, 'CUSTOMER_DEPOSIT', -1)
      )
      insert into core.interest_payout
        (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, core, business_date, period_from,
         period_to, gross, income_tax, local_tax, net, balance_after, tax_class, tax_rule_version, paid_at)
      select gen_random_uuid(), $1, 100 + $2::int, 1, $3, $4, 'hash', 'new', d, d - 1, d, 1, 0, 0, 1, 50000001,
             'resident', '1', now()
        from (select core.business_date() - $5::int as d) t`;
    const race = (key: (i: number) => string, daysAgo: (i: number) => number) =>
      Promise.allSettled(
        Array.from({ length: 10 }, (_, i) =>
          owner.query(insert, [account.accountNo, i + 1, account.customerId, key(i), daysAgo(i)]),
        ),
      );
    const keyOf = (result: PromiseSettledResult<unknown>) =>
      result.status === 'fulfilled' ? 'written' : (result.reason as { constraint: string }).constraint;
    const sameDay = (
      await race(
        (i) => `key-day-${i}`,
        () => 0,
      )
    )
      .map(keyOf)
      .toSorted();
    expect(sameDay).toEqual([...Array.from({ length: 9 }, () => 'one_payout_per_day'), 'written']);
    const sameKey = (
      await race(
        () => 'key-day-x',
        (i) => i + 1,
      )
    ).map(keyOf);
    expect(sameKey.filter((one) => one === 'written')).toHaveLength(1);
    expect(sameKey).toContain('one_payout_per_key');
  });

  it('is computed from what was committed during the wait for the account', async () => {
    const account = await openAccount(db.url(), fiftyMillion);
    const holder = await channel.connect();
    await holder.query('begin');
    await holder.query('select core.post_movement($1, 1000, null, $2, null)', [account.accountNo, 'ATM']);
    const paying = service.core.pay(requestOf(account), 'key-waiting', {});
    const waiting = `select count(*)::int from pg_stat_activity where wait_event_type = 'Lock'
      and datname = current_database() and usename = 'interest_service'`;
    await waitFor(async () => (await scalar<number>(waiting)) === 1, { timeoutMs: 900 });
    await holder.query('commit');
    holder.release();
    expect(await paying).toMatchObject({
      ok: true,
      body: { payout: { basis: { ledgerSeq: '2' }, balanceAfter: '50003329' } },
    });
  });

  it('sends the caller back when the account stays locked, and writes no row', async () => {
    const account = await openAccount(db.url(), fiftyMillion);
    const holder = await owner.connect();
    await holder.query('begin');
    await holder.query('select from core.account where account_no = $1 for update', [account.accountNo]);
    const answer = await service.core.pay(requestOf(account), 'key-locked', {});
    await holder.query('rollback');
    holder.release();
    expect(answer).toMatchObject({
      ok: false,
      problem: { code: 'REQUEST_IN_PROGRESS' },
      retryAfterSeconds: 1,
    });
    expect(
      await scalar('select count(*)::int from core.interest_payout where account_no = $1', [
        account.accountNo,
      ]),
    ).toBe(0);
  });
});
