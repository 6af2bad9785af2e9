import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Customer, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

describe('a second request with the same idempotency key', () => {
  it('replays the first answer unchanged, even after the account changed', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const key = newKey();
    const first = bodyOf(await legacy.core.pay(customer, key, { memo: '이자' }));
    await legacy.sql(`select core.post_movement($1, -1000, null, 'ATM', null)`, [customer.accountNo]);
    await legacy.sql(`select core.change_standing($1, 'closed', null, null, null)`, [customer.accountNo]);
    const again = bodyOf(await legacy.core.pay(customer, key, { memo: '이자' }));
    expect(again).toEqual({ payout: first.payout, replayed: true });
    expect(await legacy.countOf('core.interest_payout', 'account_no', customer)).toBe(1);
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

  it('is independent if another customer uses the key', async () => {
    const key = newKey();
    for (const customer of [
      await legacy.open(since(1, 50_000_000n)),
      await legacy.open(since(1, 50_000_000n)),
    ]) {
      expect(await legacy.core.pay(customer, key, {})).toMatchObject({ ok: true, body: { replayed: false } });
    }
  });

  it('at the same moment for two accounts of one customer pays one of them', async () => {
    const [one, two] = [await legacy.open(since(1, 50_000_000n)), await legacy.open(since(1, 50_000_000n))];
    await legacy.sql('update core.account set customer_id = $2 where account_no = $1', [
      two.accountNo,
      one.customerId,
    ]);
    const key = newKey();
    const payouts = [one, { ...two, customerId: one.customerId }].map(
      (account) => () => legacy.core.pay(account, key, {}),
    );
    const answers = await Promise.all(payouts.map((pay) => pay()));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    // While the first request runs, the answer of the key is not known yet.
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.problem.code]));
    expect(['REQUEST_IN_PROGRESS', 'IDEMPOTENCY_KEY_REUSED']).toContain(codes[0]);
    const refused = payouts[answers.findIndex(({ ok }) => !ok)];
    expect(await refused?.()).toMatchObject({ problem: { code: 'IDEMPOTENCY_KEY_REUSED' } });
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
