import { randomUUID } from 'node:crypto';
import { createTestDatabase, openAccount, type TestDatabase, waitFor } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { postgresReversals } from '../src/db/reversals.ts';
import { type ReverseFlow, reversalFlow } from '../src/flows/reversal.ts';
import { brokenInvariants } from './ledger-view.ts';
import { type CoreUnderTest, startNewCore } from './new-core.ts';

let db: TestDatabase;
let owner: pg.Pool;
let channel: pg.Pool;
let service: CoreUnderTest;
let reverse: ReverseFlow;
const dropped: string[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Pool({ connectionString: db.url() });
  channel = new pg.Pool({ connectionString: db.url('channel') });
  service = await startNewCore(db.url('interest_service'));
  const reversals = postgresReversals(service.source, (fault) => {
    throw fault;
  });
  const dropQuote = async (accountNo: string) => void dropped.push(accountNo);
  reverse = reversalFlow({ ...reversals, dropQuote, newId: randomUUID });
});
afterAll(async () => {
  await service.close();
  await Promise.all([owner.end(), channel.end()]);
  await db.drop();
});
afterEach(async () => expect(await brokenInvariants(owner)).toEqual([]));

type Account = { accountNo: string; customerId: string };
let keys = 0;
const newKey = () => `operator-key-${++keys}`;
const because = { reason: '잘못된 세율: 접수 2026-118' };

const open = (closing = 50_000_000n, daysAgo = 1) =>
  openAccount(db.url(), { balances: [{ daysAgo, closing }] });

async function pay(account: Account): Promise<string> {
  const answer = await service.core.pay({ ...account, traceId: '0' }, `key-${randomUUID()}`, {});
  if (!answer.ok) throw new Error(answer.problem.code);
  return answer.body.payout.payoutId;
}

const by = (operatorId: string, { accountNo }: Account, payoutId: string) => ({
  operatorId,
  accountNo,
  payoutId,
  traceId: '0',
});

const quoteOf = async (account: Account) => await service.core.quote({ ...account, traceId: '0' }, null);
const nextDay = () => owner.query('select core.move_business_date(1)');
const scalar = async (sql: string, values: unknown[] = []) =>
  (await owner.query({ text: sql, values, rowMode: 'array' })).rows[0]?.[0] as unknown;

describe('a reversal', () => {
  it('mirrors every line today, opens the period again, and says who, when and why', async () => {
    const account = await open();
    const payoutId = await pay(account);
    const answer = await reverse(by('op-kim', account, payoutId), newKey(), because);
    expect(answer).toMatchObject({
      ok: true,
      body: {
        replayed: false,
        reversal: {
          payoutId,
          gross: '2739',
          incomeTax: '380',
          localTax: '30',
          net: '2329',
          balanceAfter: '50000000',
          basis: { ledgerSeq: '2' },
          postings: [
            { glCode: 'INTEREST_EXPENSE', side: 'credit', amount: '2739' },
            { glCode: 'CUSTOMER_DEPOSIT', side: 'debit', amount: '2329' },
            { glCode: 'WITHHELD_INCOME_TAX', side: 'debit', amount: '380' },
            { glCode: 'WITHHELD_LOCAL_TAX', side: 'debit', amount: '30' },
          ],
        },
      },
    });
    const { rows } = await owner.query(
      'select operator_id, reason, gross, business_date = core.business_date() as today from core.interest_reversal where payout_id = $1',
      [payoutId],
    );
    expect(rows).toEqual([{ operator_id: 'op-kim', reason: because.reason, gross: '-2739', today: true }]);
    expect(dropped).toContain(account.accountNo);
  });

  it('tells the tax book in the same transaction, as a negative line of the month it is made in', async () => {
    const account = await open();
    const payoutId = await pay(account);
    const paidOn = await scalar('select core.business_date()::text');
    await nextDay();
    const answer = await reverse(by('op-kim', account, payoutId), newKey(), because);
    if (!answer.ok) throw new Error(answer.problem.code);
    const event = await scalar(`select payload from interest.outbox where payload ->> 'reversalId' = $1`, [
      answer.body.reversal.reversalId,
    ]);
    expect(event).toMatchObject({
      kind: 'REVERSAL',
      payoutId,
      businessDate: answer.body.reversal.businessDate,
      originalBusinessDate: paidOn,
      gross: '-2739',
      incomeTax: '-380',
      net: '-2329',
    });
  });

  it('leaves the day used: the customer collects the whole period again on a later day', async () => {
    const account = await open();
    const payoutId = await pay(account);
    await reverse(by('op-kim', account, payoutId), newKey(), because);
    expect(await quoteOf(account)).toMatchObject({
      body: { gross: '2739', payable: false, refusal: { code: 'ALREADY_PAID_TODAY' } },
    });
    await nextDay();
    const quote = await quoteOf(account);
    // Yesterday it paid 2,329 and took them back, so both days earn on fifty million: 5,479.45 in all.
    expect(quote).toMatchObject({ body: { gross: '5479', payable: true } });
    if (quote.ok)
      expect(await service.core.quote({ ...account, traceId: '0' }, quote.body.basis)).toEqual(quote);
    await pay(account);
  });

  it('replays the first answer for the same key, and refuses the key for another request', async () => {
    const account = await open();
    const payoutId = await pay(account);
    const key = newKey();
    const first = await reverse(by('op-kim', account, payoutId), key, because);
    const again = await reverse(by('op-kim', account, payoutId), key, because);
    expect(again).toEqual({ ok: true, body: { ...(first.ok && first.body), replayed: true } });
    const other = await reverse(by('op-kim', account, payoutId), key, { reason: 'another reason' });
    expect(other).toMatchObject({ problem: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    // The key is that operator's own: another one's equal key is another request.
    expect(await reverse(by('op-lee', account, payoutId), key, because)).toMatchObject({
      problem: { code: 'NOT_REVERSIBLE', reason: 'ALREADY_REVERSED' },
    });
  });

  it('is made once when forty operators ask together, with withdrawals between them', async () => {
    const account = await open();
    const payoutId = await pay(account);
    const holder = await owner.connect();
    await holder.query('begin');
    await holder.query('select from core.account where account_no = $1 for update', [account.accountNo]);
    const asked = Array.from({ length: 40 }, (_, i) =>
      reverse(by(`op-${i}`, account, payoutId), newKey(), because),
    );
    const withdrawals = Array.from({ length: 10 }, () =>
      channel.query('select core.post_movement($1, -1000, null, $2, null)', [account.accountNo, 'ATM']),
    );
    const waiting = `select count(*)::int from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await waitFor(async () => Number(await scalar(waiting)) >= 15, { timeoutMs: 1_900 });
    await holder.query('commit');
    holder.release();
    const answers = await Promise.all(asked);
    await Promise.all(withdrawals);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(
      new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.problem.reason ?? answer.problem.code]))),
    ).toEqual(new Set(['ALREADY_REVERSED']));
    expect(await scalar('select balance from core.account where account_no = $1', [account.accountNo])).toBe(
      '49990000',
    );
  });

  it('takes back the last payout first', async () => {
    const account = await open();
    const first = await pay(account);
    await nextDay();
    const second = await pay(account);
    const refused = await reverse(by('op-kim', account, first), newKey(), because);
    expect(refused).toMatchObject({ problem: { code: 'NOT_REVERSIBLE', reason: 'LATER_PAYOUT_STANDS' } });
    expect(!refused.ok && refused.problem.detail).toContain(second);
    for (const payoutId of [second, first]) {
      expect(await reverse(by('op-kim', account, payoutId), newKey(), because)).toMatchObject({ ok: true });
    }
    expect(
      await scalar('select paid_through = opened_on from core.account where account_no = $1', [
        account.accountNo,
      ]),
    ).toBe(true);
  });

  it('is refused while the balance does not cover it, is audited, and goes through later with the same key', async () => {
    const account = await open();
    const payoutId = await pay(account);
    await channel.query('select core.post_movement($1, -50002000, null, $2, null)', [
      account.accountNo,
      'ATM',
    ]);
    const key = newKey();
    const refused = await reverse(by('op-kim', account, payoutId), key, because);
    expect(refused).toMatchObject({
      problem: { status: 409, code: 'NOT_REVERSIBLE', reason: 'BALANCE_TOO_LOW' },
    });
    expect(!refused.ok && refused.problem.detail).toMatch(/2329 won due, 329 there; next: claim/);
    const audited = 'select outcome from interest.operator_audit where payout_id = $1 and operator_id = $2';
    expect(await scalar(audited, [payoutId, 'op-kim'])).toBe('BALANCE_TOO_LOW');
    await channel.query('select core.post_movement($1, 2000, null, $2, null)', [account.accountNo, 'ATM']);
    expect(await reverse(by('op-kim', account, payoutId), key, because)).toMatchObject({
      ok: true,
      body: { reversal: { balanceAfter: '0' } },
    });
  });

  it('touches no closed account, but holds do not stand against it', async () => {
    const closed = await open();
    const payoutOfClosed = await pay(closed);
    await channel.query(`select core.change_standing($1, 'closed', null, null, null)`, [closed.accountNo]);
    expect(await reverse(by('op-kim', closed, payoutOfClosed), newKey(), because)).toMatchObject({
      problem: { reason: 'ACCOUNT_CLOSED' },
    });
    const seized = await open();
    const payoutOfSeized = await pay(seized);
    await channel.query(`select core.change_standing($1, null, null, null, '{seizure}')`, [seized.accountNo]);
    expect(await reverse(by('op-kim', seized, payoutOfSeized), newKey(), because)).toMatchObject({
      ok: true,
    });
  });

  it('takes back a payout of the legacy core, and both cores agree on what is open then', async () => {
    const account = await open();
    const legacy = new pg.Client({ connectionString: db.url('legacy_core') });
    await legacy.connect();
    const paid = await legacy.query('select payo_id from legacy.dpi2100($1, $2, $3, $4, null, 2000)', [
      'GUID00000000000000000000000001',
      account.accountNo,
      account.customerId,
      'legacy-key-1',
    ]);
    const answer = await reverse(by('op-kim', account, paid.rows[0].payo_id), newKey(), because);
    expect(answer).toMatchObject({ ok: true, body: { reversal: { net: '2329', balanceAfter: '50000000' } } });
    await nextDay();
    const quote = await quoteOf(account);
    const { rows } = await legacy.query(
      `select fr_dt::text as from, grs::text as gross, rsn_cd from legacy.f_calc($1, core.business_date(), 3)`,
      [account.accountNo],
    );
    await legacy.end();
    expect(quote).toMatchObject({
      body: { period: { from: rows[0].from }, gross: rows[0].gross, payable: true },
    });
    expect(rows[0].rsn_cd).toBeNull();
  });

  it('knows no payout of another account', async () => {
    const [account, other] = [await open(), await open()];
    const payoutId = await pay(other);
    expect(await reverse(by('op-kim', account, payoutId), newKey(), because)).toMatchObject({
      problem: { code: 'PAYOUT_NOT_FOUND' },
    });
  });
});

describe('the ledger itself refuses', () => {
  const insertReversal = (payoutId: string, net: string) =>
    owner.query(
      `insert into core.interest_reversal
       select gen_random_uuid(), payout_id, account_no, seq, basis_seq, 'op-sql', gen_random_uuid()::text, '', 'by hand', '0',
              business_date, -gross, -income_tax, -local_tax, -farm_tax, ${net}, 0, period_from, core.bank_now()
         from core.interest_payout where payout_id = $1`,
      [payoutId],
    );

  it('a reversal whose lines are not the mirror', async () => {
    const payoutId = await pay(await open());
    await expect(insertReversal(payoutId, '-net')).rejects.toThrow(/not the mirror/);
  });

  it('a second reversal of a payout, and any edit of one', async () => {
    const account = await open();
    const payoutId = await pay(account);
    await reverse(by('op-kim', account, payoutId), newKey(), because);
    await expect(insertReversal(payoutId, '-net')).rejects.toThrow(/one_reversal_per_payout/);
    await expect(owner.query('delete from core.interest_reversal')).rejects.toThrow(/append-only/);
  });
});
