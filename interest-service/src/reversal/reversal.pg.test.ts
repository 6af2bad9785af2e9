import { randomUUID } from 'node:crypto';
import { waitFor } from '@core-exit/local-stack/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Account, bankUnderTest } from '../../testing/bank-under-test.ts';
import { postgresReversals } from './reversal.sql.ts';
import { type ReversalFlow, reversalFlow } from './reversal.ts';

const bank = bankUnderTest();
const { move, nextDay, scalar, balanceOf } = bank;
let reverse: ReversalFlow;
const dropped: string[] = [];

beforeAll(() => {
  const reversals = postgresReversals(bank.service().source, (fault) => {
    throw fault;
  });
  const dropQuote = async (accountNo: string) => void dropped.push(accountNo);
  reverse = reversalFlow({ ...reversals, dropQuote, newId: randomUUID });
});

let keys = 0;
const newKey = () => `operator-key-${++keys}`;
const because = { reason: '잘못된 세율: 접수 2026-118' };

const open = () => bank.open(50_000_000n, 1);
const pay = async (account: Account) => (await bank.pay(account)).payoutId;
const stand = (account: Account, status: string | null, holds: string[] | null) =>
  bank
    .channel()
    .query('select core.change_standing($1, $2, null, null, $3)', [account.accountNo, status, holds]);

const by = (operatorId: string, { accountNo }: Account, payoutId: string) => ({
  operatorId,
  accountNo,
  payoutId,
  traceId: '0',
});

const quoteOf = async (account: Account) =>
  await bank.service().core.quote({ ...account, traceId: '0' }, null);
describe('a reversal', () => {
  it('mirrors every line today, opens the period again, and stores who did it, when and why', async () => {
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
    const { rows } = await bank
      .owner()
      .query(
        'select operator_id, reason, gross, business_date = core.business_date() as today from core.interest_reversal where payout_id = $1',
        [payoutId],
      );
    expect(rows).toEqual([{ operator_id: 'op-kim', reason: because.reason, gross: '-2739', today: true }]);
    expect(dropped).toContain(account.accountNo);
  });

  it('puts a tax event into the outbox in the same transaction, as a negative line of the present month', async () => {
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
    // Yesterday 2,329 won were paid and taken back, so both days earn on fifty million: 5,479.45 together.
    expect(quote).toMatchObject({ body: { gross: '5479', payable: true } });
    if (quote.ok)
      expect(await bank.service().core.quote({ ...account, traceId: '0' }, quote.body.basis)).toMatchObject({
        body: quote.body,
      });
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
    // Each operator has keys of their own: the equal key of another operator is another request.
    expect(await reverse(by('op-lee', account, payoutId), key, because)).toMatchObject({
      problem: { code: 'NOT_REVERSIBLE', reason: 'ALREADY_REVERSED' },
    });
  });

  it('is made once when forty operators send it together, with withdrawals between them', async () => {
    const account = await open();
    const payoutId = await pay(account);
    const letGo = await bank.hold(account);
    const requests = Array.from({ length: 40 }, (_, i) =>
      reverse(by(`op-${i}`, account, payoutId), newKey(), because),
    );
    const withdrawals = Array.from({ length: 10 }, () => move(account, -1_000, 0));
    await waitFor(async () => (await bank.waitingForLocks()) >= 10, { timeoutMs: 1_900 });
    await letGo();
    const answers = await Promise.all(requests);
    await Promise.all(withdrawals);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(
      new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.problem.reason ?? answer.problem.code]))),
    ).toEqual(new Set(['ALREADY_REVERSED']));
    expect(await balanceOf(account)).toBe('49990000');
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

  it('is refused while the balance does not cover it, is in the access log, and succeeds later with the same key', async () => {
    const account = await open();
    const payoutId = await pay(account);
    await move(account, -50_002_000, 0);
    const key = newKey();
    const refused = await reverse(by('op-kim', account, payoutId), key, because);
    expect(refused).toMatchObject({
      problem: { status: 409, code: 'NOT_REVERSIBLE', reason: 'BALANCE_TOO_LOW' },
    });
    expect(!refused.ok && refused.problem.detail).toMatch(
      /2329 won are due, the balance is 329 won; next: claim/,
    );
    const audited = 'select outcome from interest.operator_audit where payout_id = $1 and operator_id = $2';
    expect(await scalar(audited, [payoutId, 'op-kim'])).toBe('BALANCE_TOO_LOW');
    await move(account, 2_000, 0);
    expect(await reverse(by('op-kim', account, payoutId), key, because)).toMatchObject({
      ok: true,
      body: { reversal: { balanceAfter: '0' } },
    });
  });

  it('is refused on a closed account, but not because of holds', async () => {
    const closed = await open();
    const payoutOfClosed = await pay(closed);
    await stand(closed, 'closed', null);
    expect(await reverse(by('op-kim', closed, payoutOfClosed), newKey(), because)).toMatchObject({
      problem: { reason: 'ACCOUNT_CLOSED' },
    });
    const seized = await open();
    const payoutOfSeized = await pay(seized);
    await stand(seized, null, ['seizure']);
    expect(await reverse(by('op-kim', seized, payoutOfSeized), newKey(), because)).toMatchObject({
      ok: true,
    });
  });

  it('takes back a payout of the legacy core, and both cores then quote the same open period', async () => {
    const account = await open();
    const payoutId = (await bank.payAtLegacyCore(account)) ?? '';
    const answer = await reverse(by('op-kim', account, payoutId), newKey(), because);
    expect(answer).toMatchObject({ ok: true, body: { reversal: { net: '2329', balanceAfter: '50000000' } } });
    await nextDay();
    const quote = await quoteOf(account);
    const { rows } = await bank
      .owner()
      .query(
        `select fr_dt::text as from, grs::text as gross, rsn_cd from legacy.f_calc($1, core.business_date(), 3)`,
        [account.accountNo],
      );
    expect(quote).toMatchObject({
      body: { period: { from: rows[0].from }, gross: rows[0].gross, payable: true },
    });
    expect(rows[0].rsn_cd).toBeNull();
  });

  it('is refused for a payout of another account', async () => {
    const [account, other] = [await open(), await open()];
    const payoutId = await pay(other);
    expect(await reverse(by('op-kim', account, payoutId), newKey(), because)).toMatchObject({
      problem: { code: 'PAYOUT_NOT_FOUND' },
    });
  });
});

describe('the ledger itself refuses', () => {
  const insertReversal = (payoutId: string, net: string) =>
    bank.owner().query(
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
    await expect(bank.owner().query('delete from core.interest_reversal')).rejects.toThrow(/append-only/);
  });
});
