import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

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

  it('starts a new period on the next day, with the interest in its balance', async () => {
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

  it.each(['x', '이', ' a ', '   ', '힣힣힣힣힣힣힣힣힣힣'])('keeps the memo %j unchanged', async (memo) => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), { memo }));
    expect(payout.memo).toBe(memo);
  });
});
