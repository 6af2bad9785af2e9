import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  amountsOf,
  basisAt,
  bodyOf,
  type Customer,
  type Legacy,
  newKey,
  since,
  startLegacy,
} from './legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

const countOf = async (what: string, { accountNo }: Customer): Promise<number> => {
  const [row] = await legacy.sql<{ n: number }>(`select count(*)::int as n from ${what} = $1`, [accountNo]);
  return row?.n ?? 0;
};

describe('a payout', () => {
  it('writes the shared ledger: entry, lines, head, end of day and receipt', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const key = newKey();
    const { payout, replayed } = bodyOf(await legacy.core.pay(customer, key, { memo: '이자 똠펲' }));
    const today = await legacy.today();
    expect(replayed).toBe(false);
    expect(payout).toMatchObject({
      accountNo: customer.accountNo,
      businessDate: today,
      memo: '이자 똠펲',
      balanceAfter: '50002329',
      basis: { businessDate: today, ledgerSeq: '1' },
      postings: [
        { glCode: 'INTEREST_EXPENSE', side: 'debit', amount: '2739' },
        { glCode: 'CUSTOMER_DEPOSIT', side: 'credit', amount: '2329' },
        { glCode: 'WITHHELD_INCOME_TAX', side: 'credit', amount: '380' },
        { glCode: 'WITHHELD_LOCAL_TAX', side: 'credit', amount: '30' },
      ],
    });
    const [written] = await legacy.sql(
      `select a.balance, a.last_seq, a.paid_through = core.business_date() as paid_through_today, d.closing,
              t.kind, t.amount, t.balance_after, r.seq, r.basis_seq, r.core, r.channel_key, r.request_hash, r.memo,
              r.tax_class, to_char(r.paid_at at time zone 'Asia/Seoul', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+09:00"') as paid_at,
              (select array_agg(p.amount::text order by line_no) from core.posting p where p.account_no = a.account_no and p.seq = 2) as lines
         from core.account a
         join core.interest_payout r using (account_no)
         join core.account_txn t on t.account_no = a.account_no and t.seq = r.seq
         join core.day_balance d on d.account_no = a.account_no and d.business_date = core.business_date()
        where a.account_no = $1`,
      [customer.accountNo],
    );
    expect(written).toEqual({
      balance: '50002329',
      last_seq: '2',
      paid_through_today: true,
      closing: '50002329',
      kind: 'INTEREST',
      amount: '2329',
      balance_after: '50002329',
      seq: '2',
      basis_seq: '1',
      core: 'legacy',
      channel_key: key,
      request_hash: createHash('sha256').update(`${customer.accountNo}\n이자 똠펲`).digest('hex'),
      memo: '이자 똠펲',
      tax_class: 'resident',
      paid_at: payout.paidAt,
      lines: ['2739', '-2329', '-380', '-30'],
    });
  });

  it('writes the legacy core’s own books, and they agree with the ledger', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    const [books] = await legacy.sql(
      `select g.st_cd, g.rsp_cd, p.grs, p.net, h.sgn, h.amt, h.bal_aft, a.days, k.csno,
              (select sum(case dc_gb when 'D' then amt else -amt end) from legacy.jrnl_dtl where jrnl_no = j.jrnl_no) as balance,
              (select sum(tax_amt) from legacy.tax_line where payo_id = p.payo_id) as tax
         from legacy.payo_hst p
         join legacy.jrnl j using (jrnl_no)
         join legacy.guid_log g using (guid)
         join legacy.acnt_hst h on h.jrnl_no = j.jrnl_no
         join legacy.acrl_hst a on a.payo_id = p.payo_id
         join legacy.chnl_key k on k.payo_id = p.payo_id
        where p.payo_id = $1`,
      [payout.payoutId],
    );
    expect(books).toEqual({
      st_cd: '02',
      rsp_cd: '0000',
      grs: '2739',
      net: '2329',
      sgn: '+',
      amt: '2329',
      bal_aft: '50002329',
      days: 1,
      csno: customer.customerId,
      balance: '0',
      tax: '410',
    });
  });

  it('keeps the running totals equal to the sum of the receipts', async () => {
    const customers = await Promise.all([1n, 2n, 3n].map((n) => legacy.open(since(1, n * 10_000_000n))));
    await Promise.all(customers.map((customer) => legacy.core.pay(customer, newKey(), {})));
    const [totals] = await legacy.sql(
      `with r as (select count(*) as cnt, sum(gross) as grs, sum(net) as net, sum(income_tax) as itx, sum(gross - net) as tax
                    from core.interest_payout where core = 'legacy')
       select d.cnt = r.cnt and d.grs = r.grs and d.net = r.net as daily,
              (select sum(cnt) = r.cnt and sum(net) = r.net from legacy.br_tot) as branch,
              (select sum(cnt) = r.cnt and sum(grs) = r.grs from legacy.prd_tot) as product,
              (select sum(dr_amt) = r.grs and sum(cr_amt) = r.grs from legacy.gl_tot) as ledger,
              (select amt = r.itx from legacy.tax_tot where tax_ty = '01') as income_tax,
              (select sum(grs) = r.grs and sum(tax) = r.tax from legacy.cust_ytd) as statement
         from r, legacy.dly_tot d`,
    );
    expect(totals).toEqual({
      daily: true,
      branch: true,
      product: true,
      ledger: true,
      income_tax: true,
      statement: true,
    });
  });

  it('starts a new period the day after, on the balance with the interest', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    await legacy.moveDays(1);
    const quote = bodyOf(await legacy.core.quote(customer, null));
    expect(quote).toMatchObject({
      period: { from: payout.businessDate, to: quote.businessDate },
      payable: true,
    });
    expect(quote.gross).toBe(((50_002_329n * 2n) / 36_500n).toString());
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({ ok: true });
  });

  it.each(['x', '이', ' a ', '   ', '힣힣힣힣힣힣힣힣힣힣'])(
    'keeps the memo %j to the letter',
    async (memo) => {
      const customer = await legacy.open(since(1, 50_000_000n));
      const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), { memo }));
      expect(payout.memo).toBe(memo);
    },
  );
});

describe('the same key again', () => {
  it('replays the first answer, word for word, also after the account changed', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const key = newKey();
    const first = bodyOf(await legacy.core.pay(customer, key, { memo: '이자' }));
    await legacy.sql(`select core.post_movement($1, -1000, null, 'ATM', null)`, [customer.accountNo]);
    await legacy.sql(`select core.change_standing($1, 'closed', null, null, null)`, [customer.accountNo]);
    const again = bodyOf(await legacy.core.pay(customer, key, { memo: '이자' }));
    expect(again).toEqual({ payout: first.payout, replayed: true });
    expect(await countOf('core.interest_payout where account_no', customer)).toBe(1);
  });

  it.each([
    ['another memo', { memo: '다른' }],
    ['no memo', {}],
  ])('with %s is refused', async (_what, request) => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const key = newKey();
    bodyOf(await legacy.core.pay(customer, key, { memo: '이자' }));
    const reused = { problem: { code: 'IDEMPOTENCY_KEY_REUSED', status: 422 } };
    expect(await legacy.core.pay(customer, key, request)).toMatchObject(reused);
  });

  it('is another key when another customer uses it', async () => {
    const key = newKey();
    for (const customer of [
      await legacy.open(since(1, 50_000_000n)),
      await legacy.open(since(1, 50_000_000n)),
    ]) {
      expect(await legacy.core.pay(customer, key, {})).toMatchObject({ ok: true, body: { replayed: false } });
    }
  });

  it('for two accounts of one customer at the same moment pays one of them', async () => {
    const [one, two] = [await legacy.open(since(1, 50_000_000n)), await legacy.open(since(1, 50_000_000n))];
    await legacy.sql('update core.account set customer_id = $2 where account_no = $1', [
      two.accountNo,
      one.customerId,
    ]);
    const key = newKey();
    const answers = await Promise.all([
      legacy.core.pay(one, key, {}),
      legacy.core.pay({ ...two, customerId: one.customerId }, key, {}),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ problem: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('replays a receipt that the new core wrote', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const key = newKey();
    const rehearsal = bodyOf(await legacy.core.rehearse(customer, { memo: '이자' }));
    await payAsNewCore(customer, key);
    const replay = bodyOf(await legacy.core.pay(customer, key, { memo: '이자' }));
    expect(replay).toEqual({
      replayed: true,
      payout: {
        ...rehearsal,
        payoutId: '00000000-0000-4000-8000-000000000001',
        paidAt: '2026-11-20T18:03:12.345+09:00',
      },
    });
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({
      problem: { code: 'ALREADY_PAID_TODAY' },
    });
  });

  /** The receipt of 2,739 won as the other core writes it. */
  async function payAsNewCore({ accountNo, customerId }: Customer, key: string): Promise<void> {
    const hash = createHash('sha256').update(`${accountNo}\n이자`).digest('hex');
    await legacy.sql(
      `with t as (insert into core.account_txn (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
                  values ($1, 2, 'INTEREST', 2329, 50002329, core.business_date(), core.business_date(), core.bank_now(), 'NEW')),
            p as (insert into core.posting values ($1, 2, 1, 'INTEREST_EXPENSE', 2739), ($1, 2, 2, 'CUSTOMER_DEPOSIT', -2329),
                    ($1, 2, 3, 'WITHHELD_INCOME_TAX', -380), ($1, 2, 4, 'WITHHELD_LOCAL_TAX', -30)),
            h as (update core.account set balance = 50002329, last_seq = 2, paid_through = core.business_date() where account_no = $1),
            d as (insert into core.day_balance values ($1, core.business_date(), 50002329))
       insert into core.interest_payout
         (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, memo, core, business_date, period_from,
          period_to, gross, income_tax, local_tax, net, balance_after, tax_class, tax_rule_version, paid_at)
       select '00000000-0000-4000-8000-000000000001', $1, 2, 1, $2, $3, $4, '이자', 'new', d, d - 1, d,
              2739, 380, 30, 2329, 50002329, 'resident', 'new-1', '2026-11-20T09:03:12.345Z'
         from core.business_date() d`,
      [accountNo, customerId, key, hash],
    );
  }
});

describe('payouts at the same moment', () => {
  it('twenty with keys of their own pay once, between deposits', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const deposits = Array.from({ length: 5 }, () =>
      legacy.sql(`select core.post_movement($1, 1000, null, 'APP', null)`, [customer.accountNo]),
    );
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => legacy.core.pay(customer, newKey(), {})),
    );
    await Promise.all(deposits);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const answer of answers) {
      if (!answer.ok) expect(answer.problem.code).toBe('ALREADY_PAID_TODAY');
    }
    const [head] = await legacy.sql(
      `select a.balance, (select sum(amount) from core.account_txn t where t.account_no = a.account_no) as fold
         from core.account a where account_no = $1`,
      [customer.accountNo],
    );
    expect(head).toEqual({ balance: '50007329', fold: '50007329' });
    expect(await countOf('legacy.payo_hst where acno', customer)).toBe(1);
  });

  it('twenty with one key get one receipt', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => legacy.core.pay(customer, key, {})));
    const bodies = answers.map(bodyOf);
    expect(bodies.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(bodies.map(({ payout }) => JSON.stringify(payout))).size).toBe(1);
  });

  it('wait for the row a bounded time, then say that another request is running', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const release = await legacy.holdRow(customer.accountNo);
    const startedMs = performance.now();
    const answer = await legacy.core.pay(customer, newKey(), {});
    expect(performance.now() - startedMs).toBeLessThan(3_500);
    expect(answer).toMatchObject({
      ok: false,
      problem: { code: 'REQUEST_IN_PROGRESS' },
      retryAfterSeconds: 1,
    });
    await release();
    expect(await countOf('legacy.guid_log where acno', customer)).toBe(0);
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({ ok: true });
  });

  it('see the state from after the wait, not from before it', async () => {
    const customer = await legacy.open({ ...since(10, 36_500_000n) });
    const client = new pg.Client({ connectionString: legacy.ownerUrl });
    await client.connect();
    await client.query('begin');
    await client.query(`select core.post_movement($1, 36500000, core.business_date() - 10, 'BRANCH', null)`, [
      customer.accountNo,
    ]);
    const paying = legacy.core.pay(customer, newKey(), {});
    await legacy.waitForLock();
    await client.query('commit');
    await client.end();
    expect(bodyOf(await paying).payout).toMatchObject({ gross: '40000', basis: { ledgerSeq: '2' } });
  });
});

describe('an answer as of a basis', () => {
  it('a pinned quote is the original quote, whatever happened later', async () => {
    const customer = await legacy.open(since(10, 36_500_000n));
    const original = bodyOf(await legacy.core.quote(customer, null));
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    await legacy.sql(`select core.post_movement($1, 5000000, core.business_date() - 5, 'BRANCH', null)`, [
      customer.accountNo,
    ]);
    await legacy.sql(`select core.change_standing($1, 'dormant', null, 'exempt', array['seizure'])`, [
      customer.accountNo,
    ]);
    await legacy.moveDays(3);
    expect(bodyOf(await legacy.core.quote(customer, original.basis))).toEqual(original);
    expect(amountsOf(payout)).toBe(amountsOf(original));
  });

  it('a rehearsal at a payout’s basis is that payout, and has no effect', async () => {
    const customer = await legacy.open(since(10, 36_500_000n));
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), { memo: '이자' }));
    await legacy.sql(`select core.post_movement($1, 5000000, null, 'APP', null)`, [customer.accountNo]);
    const { payoutId: _, paidAt: __, ...expected } = payout;
    const rehearsal = await legacy.core.rehearse(customer, { basis: payout.basis, memo: '이자' });
    expect(bodyOf(rehearsal)).toEqual(expected);
    expect(await countOf('core.account_txn where account_no', customer)).toBe(3);
    const after = { basis: basisAt(payout.businessDate, '2') };
    expect(await legacy.core.rehearse(customer, after)).toMatchObject({
      problem: { code: 'ALREADY_PAID_TODAY', basis: after.basis },
    });
  });

  it.each([
    ['an entry that does not exist yet', 0, '2'],
    ['an entry beyond every number', 0, '9999999999999999999'],
    ['a day before the account was opened', -11, '1'],
    ['the year 0', null, '1'],
    ['a day further than a century away', 40_000, '1'],
  ])('%s is no basis', async (_what, days, ledgerSeq) => {
    const customer = await legacy.open(since(10, 36_500_000n));
    const [row] = await legacy.sql<{ d: string }>('select (core.business_date() + $1::int)::text as d', [
      days ?? 0,
    ]);
    const basis = basisAt(days === null ? '0000-02-29' : (row?.d ?? ''), ledgerSeq);
    const unknown = { ok: false, problem: { code: 'BASIS_UNKNOWN', status: 409 } };
    expect(await legacy.core.quote(customer, basis)).toMatchObject(unknown);
    expect(await legacy.core.rehearse(customer, { basis })).toMatchObject(unknown);
  });
});
