import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, flat, openOn, type ProductGiven, plusDays } from '../../testing/account-histories.ts';
import {
  amountsOf,
  basisAt,
  bodyOf,
  type Customer,
  type Legacy,
  newKey,
  startLegacy,
} from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

/** At 1 % on 365 this earns 1,000 won a day. */
const THOUSAND_A_DAY = 36_500_000n;
const ONE_PERCENT: ProductGiven = {
  code: 'TEST-ONE',
  rates: [{ from: '1990-01-01', tiers: flat('0.01') }],
};

const grossAt = async (customer: Customer, to: string, seq = '1'): Promise<string> =>
  bodyOf(await legacy.core.quote(customer, basisAt(to, seq))).gross;

describe('the rates of each day', () => {
  const changing: ProductGiven = {
    code: 'TEST-RATES',
    rates: [
      { from: '2026-03-03', tiers: flat('0.01') },
      { from: '2026-03-08', tiers: flat('0.02') },
      { from: '2026-03-09', tiers: flat('0') },
      { from: '2026-03-11', tiers: flat('0.03') },
    ],
  };
  it.each([
    ['2026-03-02', '2026-03-03', '0'], // no interest before the first table
    ['2026-03-01', '2026-03-04', '1000'],
    ['2026-03-03', '2026-03-08', '5000'],
    ['2026-03-03', '2026-03-09', '7000'], // the new rate from its own day on
    ['2026-03-01', '2026-03-11', '7000'],
    ['2026-03-01', '2026-03-12', '10000'],
    ['2026-03-08', '2026-03-09', '2000'],
    ['2026-06-01', '2026-06-02', '3000'],
  ])('from %s to %s: %s', async (from, to, gross) => {
    expect(await grossAt(await openOn(legacy, from, THOUSAND_A_DAY, changing), to)).toBe(gross);
  });

  it('a table that changes tiers and rates counts with the balance of its days', async () => {
    const product: ProductGiven = {
      code: 'TEST-2022',
      rates: [
        {
          from: '2021-10-01',
          tiers: [
            { upTo: 100_000_000n, annualRate: '0.02' },
            { upTo: null, annualRate: '0.001' },
          ],
        },
        {
          from: '2022-12-13',
          tiers: [
            { upTo: 50_000_000n, annualRate: '0.023' },
            { upTo: null, annualRate: '0.04' },
          ],
        },
      ],
    };
    const customer = await openOn(legacy, '2022-12-12', 150_000_000n, product);
    // (2,000,000 + 50,000) / 365 + (1,150,000 + 4,000,000) / 365 = 5616.44 + 14109.59
    expect(await grossAt(customer, '2022-12-14')).toBe('19726');
  });
});

describe('the terms on the day of the payout', () => {
  it('decide for the whole period', async () => {
    const product: ProductGiven = {
      code: 'TEST-TERMS',
      terms: [{ dayCount: 'ACT/365F' }, { from: '2026-03-05', dayCount: 'ACT/360', minimumPayable: 5_000n }],
      rates: [{ from: '1990-01-01', tiers: flat('0.01') }],
    };
    const customer = await openOn(legacy, '2026-03-02', THOUSAND_A_DAY, product);
    expect(await grossAt(customer, '2026-03-04')).toBe('2000');
    expect(bodyOf(await legacy.core.quote(customer, basisAt('2026-03-05', '1')))).toMatchObject({
      gross: '3041', // 3 days over 360, and now below the least amount
      refusal: { code: 'NOTHING_TO_PAY' },
    });
  });
});

describe('an entry counts from its value date', () => {
  it('on end-of-day balances: a deposit, a withdrawal, both on one day, one on the day of the payout', async () => {
    const customer = await openOn(legacy, '2026-03-02', THOUSAND_A_DAY, ONE_PERCENT);
    await enter(legacy, customer, THOUSAND_A_DAY, '2026-03-05');
    await enter(legacy, customer, -THOUSAND_A_DAY, '2026-03-07');
    await enter(legacy, customer, 7_000_000n, '2026-03-08');
    await enter(legacy, customer, -7_000_000n, '2026-03-08');
    await enter(legacy, customer, 500_000_000n, '2026-03-12');
    expect(await grossAt(customer, '2026-03-12', '6')).toBe('12000'); // 10 x 1,000, and 1,000 more on the 5th and 6th
  });

  it('entered later for an earlier day: only a basis after the entry counts it', async () => {
    const customer = await openOn(legacy, '2026-03-02', THOUSAND_A_DAY, ONE_PERCENT);
    await enter(legacy, customer, THOUSAND_A_DAY, '2026-03-10');
    await enter(legacy, customer, -36_499_999n, '2026-03-04'); // a won is left until the 10th
    expect(await grossAt(customer, '2026-03-12', '2')).toBe('12000');
    expect(await grossAt(customer, '2026-03-12', '3')).toBe('4000'); // 2,000 + 6 days of a won + 2,000
  });

  it('before the account was opened: it is in force on the first day', async () => {
    const customer = await openOn(legacy, '2026-03-02', 1n, ONE_PERCENT);
    await enter(legacy, customer, 73_000_000n, '2025-12-31');
    await enter(legacy, customer, -36_500_000n, '2026-03-01');
    const quote = bodyOf(await legacy.core.quote(customer, basisAt('2026-03-05', '3')));
    expect(quote).toMatchObject({ gross: '3000', period: { from: '2026-03-02', to: '2026-03-05' } });
    const rehearsal = bodyOf(await legacy.core.rehearse(customer, { basis: quote.basis }));
    expect(rehearsal).toMatchObject({ gross: '3000', balanceAfter: String(36_500_001n + BigInt(quote.net)) });
  });

  it('before the account was opened: its interest is paid as well', async () => {
    const yesterday = plusDays(await legacy.today(), -1);
    const customer = await openOn(legacy, yesterday, 1n, ONE_PERCENT);
    await enter(legacy, customer, THOUSAND_A_DAY, plusDays(yesterday, -40));
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    expect(amountsOf(payout)).toBe('1000 -> 140 + 10 + 0 -> 850');
    expect(payout.balanceAfter).toBe('36500851');
  });
});

describe('several payouts', () => {
  it('on each day: the net amount earns from its own day on, and fractions of a won are cut', async () => {
    const product: ProductGiven = { code: 'TEST-DAILY' }; // 2 %
    const opened = plusDays(await legacy.today(), -1);
    const customer = await openOn(legacy, opened, 100_000_000n, product);
    const paid: string[] = [];
    for (let day = 0; day < 4; day++) {
      const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
      paid.push(amountsOf(payout), payout.balanceAfter);
      await legacy.moveDays(1);
    }
    expect(paid).toEqual([
      '5479 -> 760 + 70 + 0 -> 4649', // 5479.452
      '100004649',
      '5479 -> 760 + 70 + 0 -> 4649', // 5479.707
      '100009298',
      '5479 -> 760 + 70 + 0 -> 4649', // 5479.962
      '100013947',
      '5480 -> 760 + 70 + 0 -> 4650', // 5480.216
      '100018597',
    ]);
    // as of each basis, the payout that followed it
    const atThird = { basis: basisAt(plusDays(opened, 3), '3') };
    expect(amountsOf(bodyOf(await legacy.core.rehearse(customer, atThird)))).toBe(
      '5479 -> 760 + 70 + 0 -> 4649',
    );
    const unpaidSinceFirst = basisAt(plusDays(opened, 4), '2');
    expect(bodyOf(await legacy.core.quote(customer, unpaidSinceFirst))).toMatchObject({
      gross: '16439', // 3 x 5479.707
      period: { from: plusDays(opened, 1), to: plusDays(opened, 4) },
    });
  });

  it('an entry for a day of a paid period changes only the balance of the open one', async () => {
    const opened = plusDays(await legacy.today(), -10);
    const customer = await openOn(legacy, opened, THOUSAND_A_DAY, ONE_PERCENT);
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    expect(payout).toMatchObject({ gross: '10000', net: '8460' });
    await enter(legacy, customer, THOUSAND_A_DAY - BigInt(payout.net), plusDays(opened, 4));
    expect(await grossAt(customer, plusDays(opened, 12), '3')).toBe('4000'); // 2 days x 2,000
  });
});

describe('taxes by pay date', () => {
  const given: ProductGiven = { code: 'TEST-COOP' };
  it.each([
    ['2025-12-31', '5479 -> 0 + 0 + 70 -> 5409'], // farm tax 1.4 %
    ['2026-01-01', '5479 -> 270 + 0 + 40 -> 5169'], // 5 % + 0.9 %
    ['2026-12-31', '5479 -> 270 + 0 + 40 -> 5169'],
    ['2027-01-01', '5479 -> 490 + 0 + 20 -> 4969'], // 9 % + 0.5 %
  ])('a co-operative deposit paid on %s: %s', async (payDate, amounts) => {
    const standing = { taxClass: 'cooperative' };
    const customer = await openOn(legacy, plusDays(payDate, -1), 100_000_000n, given, standing);
    const basis = basisAt(payDate, '1');
    expect(amountsOf(bodyOf(await legacy.core.quote(customer, basis)))).toBe(amounts);
    expect(amountsOf(bodyOf(await legacy.core.rehearse(customer, { basis })))).toBe(amounts);
  });

  it('the pay date decides for interest earned before it', async () => {
    const standing = { taxClass: 'cooperative' };
    const customer = await openOn(legacy, '2025-12-30', 50_000_000n, given, standing); // 2 days over the year end
    const quote = bodyOf(await legacy.core.quote(customer, basisAt('2026-01-01', '1')));
    expect(amountsOf(quote)).toBe('5479 -> 270 + 0 + 40 -> 5169');
  });
});
