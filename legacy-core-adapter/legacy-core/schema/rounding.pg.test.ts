import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOn, type ProductGiven, plusDays } from '../../testing/account-histories.ts';
import { basisAt, bodyOf, type Customer, type Legacy, newKey, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

describe('a quotient rounded to whole won', () => {
  it.each([
    ['floor', '5', '2', '2'],
    ['half-up', '5', '2', '3'],
    ['half-up', '4.999999', '2', '2'],
    ['half-even', '5', '2', '2'],
    ['half-even', '7', '2', '4'],
    ['half-even', '5.000001', '2', '3'],
    // a quotient just below a won or a half, which a plain division would round up
    ['floor', '364999999999999999999999.999999', '365', '999999999999999999999'],
    ['half-up', '182499999999999999999817.499999', '365', '499999999999999999999'],
    ['half-up', '182499999999999999999817.5', '365', '500000000000000000000'],
    ['half-even', '547499999999999999999817.499999', '365', '1499999999999999999999'],
    ['half-even', '547499999999999999999817.5', '365', '1500000000000000000000'],
    ['half-even', '547499999999999999999452.5', '365', '1499999999999999999998'],
    ['half-even', '547499999999999999999452.500001', '365', '1499999999999999999999'],
  ])('%s of %s / %s is %s', async (mode, num, den, won) => {
    expect(await legacy.sql('select legacy.f_rnd($1, $2, $3) as won', [num, den, mode])).toEqual([{ won }]);
  });

  it('by a mode that the legacy core does not know is a fault', async () => {
    await expect(legacy.sql(`select legacy.f_rnd(5, 2, 'up')`)).rejects.toThrow('rounding up is not known');
  });
});

const rounded = (roundingMode: string): ProductGiven => ({
  code: `TEST-${roundingMode.toUpperCase()}`,
  terms: [{ roundingMode }],
});

/** Interest of one day at 2 % on 365. */
async function oneDay(product: ProductGiven, closing: bigint): Promise<string> {
  const customer = await openOn(legacy, '2026-03-02', closing, product);
  return bodyOf(await legacy.core.quote(customer, basisAt('2026-03-03', '1'))).gross;
}

describe('the rounding of the product', () => {
  it.each([
    // balance, exact interest, floor, half-up, half-even
    [9_124n, '0.49995', '0', '0', '0'],
    [9_125n, '0.5', '0', '1', '0'],
    [9_126n, '0.50005', '0', '1', '1'],
    [27_374n, '1.49995', '1', '1', '1'],
    [27_375n, '1.5', '1', '2', '2'],
    [45_625n, '2.5', '2', '3', '2'],
    [45_626n, '2.50005', '2', '3', '3'],
    [36_500n, '2', '2', '2', '2'],
    [3_650_000_000_009_125n, '200000000000.5', '200000000000', '200000000001', '200000000000'],
    [3_650_000_000_027_375n, '200000000001.5', '200000000001', '200000000002', '200000000002'],
  ])('of %s won, %s exactly: floor %s, half-up %s, half-even %s', async (closing, _exact, ...expected) => {
    for (const [i, mode] of ['floor', 'half-up', 'half-even'].entries()) {
      expect([mode, await oneDay(rounded(mode), closing)]).toEqual([mode, expected[i]]);
    }
  });

  it('is done once for the period, not each day', async () => {
    const customer = await openOn(legacy, '2026-03-02', 9_125n, rounded('half-up')); // 0.5 won a day
    expect(bodyOf(await legacy.core.quote(customer, basisAt('2026-03-05', '1'))).gross).toBe('2'); // 1.5
  });

  it('that makes half a won one won makes it payable', async () => {
    const yesterday = plusDays(await legacy.today(), -1);
    const customer = await openOn(legacy, yesterday, 9_125n, rounded('half-up'));
    expect(bodyOf(await legacy.core.pay(customer, newKey(), {})).payout).toMatchObject({
      gross: '1',
      net: '1',
    });
    const evenly = await openOn(legacy, yesterday, 9_125n, rounded('half-even'));
    expect(await legacy.core.pay(evenly, newKey(), {})).toMatchObject({
      problem: { code: 'NOTHING_TO_PAY' },
    });
  });
});

describe('the least amount of a product', () => {
  const least = (minimumPayable: bigint): ProductGiven => ({
    code: `TEST-LEAST-${minimumPayable}`,
    terms: [{ minimumPayable }],
  });
  const nothingToPay = { ok: false, problem: { code: 'NOTHING_TO_PAY', status: 409 } };
  const openYesterday = async (product: ProductGiven): Promise<Customer> =>
    openOn(legacy, plusDays(await legacy.today(), -1), 50_000_000n, product); // 2,739 won a day

  it('of exactly the interest is paid', async () => {
    const customer = await openYesterday(least(2_739n));
    expect(bodyOf(await legacy.core.quote(customer, null))).toMatchObject({ payable: true, refusal: null });
    expect(bodyOf(await legacy.core.pay(customer, newKey(), {})).payout.gross).toBe('2739');
  });

  it('a won above the interest is not paid; the interest goes on accumulating and is paid later', async () => {
    const customer = await openYesterday(least(2_740n));
    const opened = plusDays(await legacy.today(), -1);
    const quote = bodyOf(await legacy.core.quote(customer, null));
    expect(quote).toMatchObject({
      gross: '2739',
      net: '2329',
      payable: false,
      refusal: { code: 'NOTHING_TO_PAY' },
    });
    expect(await legacy.core.rehearse(customer, {})).toMatchObject(nothingToPay);
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject(nothingToPay);
    await legacy.moveDays(1);
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    expect(payout).toMatchObject({ gross: '5479', period: { from: opened, to: plusDays(opened, 2) } });
  });

  it('is compared after rounding', async () => {
    const product = { code: 'TEST-LEAST-UP', terms: [{ minimumPayable: 2n, roundingMode: 'half-up' }] };
    const opened = plusDays(await legacy.today(), -1);
    expect(await legacy.core.quote(await openOn(legacy, opened, 27_375n, product), null)).toMatchObject({
      body: { gross: '2', payable: true },
    });
    expect(await legacy.core.quote(await openOn(legacy, opened, 27_374n, product), null)).toMatchObject({
      body: { gross: '1', payable: false },
    });
  });

  it('comes after the other refusals', async () => {
    const product = least(2_740n);
    const opened = plusDays(await legacy.today(), -2);
    const seized = await openOn(legacy, opened, 20_000n, product, { holds: ['seizure'] });
    expect(await legacy.core.quote(seized, null)).toMatchObject({ body: { refusal: { reason: 'SEIZED' } } });
    const paid = await openOn(legacy, opened, 50_000_000n, product);
    bodyOf(await legacy.core.pay(paid, newKey(), {}));
    expect(await legacy.core.quote(paid, null)).toMatchObject({
      body: { gross: '0', refusal: { code: 'ALREADY_PAID_TODAY' } },
    });
  });
});
