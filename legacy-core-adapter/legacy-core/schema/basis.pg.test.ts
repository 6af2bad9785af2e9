import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amountsOf, basisAt, bodyOf, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

describe('an answer as of a basis', () => {
  it('a pinned quote equals the original quote, after any later change', async () => {
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

  it('a rehearsal at the basis of a payout equals that payout and has no effect', async () => {
    const customer = await legacy.open(since(10, 36_500_000n));
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), { memo: '이자' }));
    await legacy.sql(`select core.post_movement($1, 5000000, null, 'APP', null)`, [customer.accountNo]);
    const { payoutId: _, paidAt: __, ...expected } = payout;
    const rehearsal = await legacy.core.rehearse(customer, { basis: payout.basis, memo: '이자' });
    expect(bodyOf(rehearsal)).toEqual(expected);
    expect(await legacy.countOf('core.account_txn', 'account_no', customer)).toBe(3);
    const after = { basis: basisAt(payout.businessDate, '2') };
    expect(await legacy.core.rehearse(customer, after)).toMatchObject({
      problem: { code: 'ALREADY_PAID_TODAY', basis: after.basis },
    });
  });

  it('a quote after the bank’s clock was put back can still be pinned', async () => {
    const customer = await legacy.open(since(10, 36_500_000n));
    bodyOf(await legacy.core.pay(customer, newKey(), {}));
    await legacy.moveDays(-1);
    const original = bodyOf(await legacy.core.quote(customer, null));
    await legacy.moveDays(1);
    expect(original).toMatchObject({ gross: '0', refusal: { code: 'NOTHING_TO_PAY' } });
    expect(bodyOf(await legacy.core.quote(customer, original.basis))).toEqual(original);
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
