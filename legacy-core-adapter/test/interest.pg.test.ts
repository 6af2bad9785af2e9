import type { AccountGiven } from '@core-exit/local-stack/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amountsOf, basisAt, bodyOf, type Legacy, newKey, since, startLegacy } from './legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

const quoted = async (given: AccountGiven): Promise<string> =>
  amountsOf(bodyOf(await legacy.core.quote(await legacy.open(given), null)));

describe('one day at 2 % on 365, resident individual, as published', () => {
  it.each([
    [2_000_000n, '109 -> 10 + 0 + 0 -> 99'],
    [50_000_000n, '2739 -> 380 + 30 + 0 -> 2329'],
    [100_000_000n, '5479 -> 760 + 70 + 0 -> 4649'],
  ])('%s won: %s, quoted, rehearsed and paid', async (closing, amounts) => {
    const customer = await legacy.open(since(1, closing));
    const quote = bodyOf(await legacy.core.quote(customer, null));
    expect(amountsOf(quote)).toBe(amounts);
    expect(quote).toMatchObject({
      accountNo: customer.accountNo,
      payable: true,
      refusal: null,
      currency: 'KRW',
    });
    expect(amountsOf(bodyOf(await legacy.core.rehearse(customer, {})))).toBe(amounts);
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    expect(amountsOf(payout)).toBe(amounts);
    expect(BigInt(payout.balanceAfter)).toBe(closing + BigInt(payout.net));
  });
});

const SLICES = { code: 'TEST-SLICE', tierMode: 'slice' };
const WHOLE = { code: 'TEST-WHOLE', tierMode: 'whole' };
const upTo = (edge: bigint, below: string, above: string) => [
  { upTo: edge, annualRate: below },
  { upTo: null, annualRate: above },
];

describe('tiers', () => {
  const tiers = upTo(100_000_000n, '0.02', '0.001');
  it.each([
    ['at the edge: all of it in the lower slice', 100_000_000n, '5479 '],
    ['above the edge: each slice at its own rate', 150_000_000n, '5616 '], // 5479.45 + 136.98
  ])('slices %s', async (_what, closing, gross) => {
    expect(await quoted({ ...since(1, closing), product: SLICES, tiers })).toContain(gross);
  });

  const whole = upTo(10_000_000n, '0.001', '0.015');
  it.each([
    ['at the edge: the lower rate', 10_000_000n, '27 '], // 27.39
    ['a won above: the upper rate for all of it', 10_000_001n, '410 '], // 410.95
  ])('whole balance %s', async (_what, closing, gross) => {
    expect(await quoted({ ...since(1, closing), product: WHOLE, tiers: whole })).toContain(gross);
  });
});

describe('day basis', () => {
  const daysAgo = async (date: string): Promise<number> => {
    const [row] = await legacy.sql<{ n: number }>('select core.business_date() - $1::date as n', [date]);
    return row?.n ?? 0;
  };
  it.each([
    ['ACT/365F', '2024-02-28', '2024-03-01', '10958'], // two days, 100m x 2 % / 365
    ['ACT/ACT', '2024-02-28', '2024-03-01', '10928'], // two days of a leap year, / 366
    ['ACT/ACT', '2024-12-31', '2025-01-02', '10943'], // 5464.48 on 366 + 5479.45 on 365
    ['ACT/ACT', '2025-06-01', '2025-06-03', '10958'],
    ['ACT/360', '2024-02-28', '2024-03-01', '11111'],
  ])('%s from %s to %s on 100,000,000 won: %s', async (dayCount, from, to, gross) => {
    const product = { code: `TEST-${dayCount.replaceAll(/[^A-Z0-9]/g, '')}`, dayCount };
    const customer = await legacy.open({ ...since(await daysAgo(from), 100_000_000n), product });
    const quote = bodyOf(await legacy.core.quote(customer, basisAt(to, '1')));
    expect(quote).toMatchObject({ gross, period: { from, to } });
  });

  it('30/360 is a fault: the legacy core does not know it', async () => {
    const customer = await legacy.open({
      ...since(1, 1_000n),
      product: { code: 'TEST-30360', dayCount: '30/360' },
    });
    await expect(legacy.core.quote(customer, null)).rejects.toThrow('RSP_CD E905');
  });
});

describe('accrual', () => {
  it('is summed exactly and cut once: three days of 0.6 won are one won', async () => {
    expect(await quoted(since(3, 10_950n))).toBe('1 -> 0 + 0 + 0 -> 1');
  });

  it('of exactly one won is one won', async () => {
    expect(await quoted(since(1, 18_250n))).toBe('1 -> 0 + 0 + 0 -> 1');
    expect(await quoted(since(1, 18_249n))).toBe('0 -> 0 + 0 + 0 -> 0');
  });

  it('keeps every digit of a balance beyond 2^53', async () => {
    expect(await quoted(since(1, 9_007_199_254_740_993n))).toContain(
      `${(9_007_199_254_740_993n * 2n) / 36_500n} `,
    );
    // the last won decides: 365 x 10^13 earns 2 x 10^11 to the won, one won less does not
    expect(await quoted(since(1, 3_650_000_000_000_000n))).toMatch(/^200000000000 /);
    expect(await quoted(since(1, 3_649_999_999_999_999n))).toMatch(/^199999999999 /);
  });

  it('an amount of more than 18 digits is a fault, and nothing is written', async () => {
    const customer = await legacy.open(since(1, 999_999_999_999_999_999n));
    await expect(legacy.core.pay(customer, newKey(), {})).rejects.toThrow('RSP_CD E903');
    const rows = await legacy.sql('select from legacy.guid_log where acno = $1', [customer.accountNo]);
    expect(rows).toHaveLength(0);
  });

  it('uses the rates of each day: a change in the middle of the period, and nothing before the first table', async () => {
    const product = { code: 'TEST-RATES' };
    const customer = await legacy.open({ ...since(10, 36_500_000n), product }); // 1 % is 1,000 won a day
    await legacy.sql(`delete from core.rate_tier where product_code = 'TEST-RATES'`);
    await legacy.sql(
      `insert into core.rate_tier values ('TEST-RATES', core.business_date() - 8, 1, null, 0.01),
                                         ('TEST-RATES', core.business_date() - 3, 1, null, 0.02)`,
    );
    expect(await legacy.core.quote(customer, null)).toMatchObject({ body: { gross: '11000' } }); // 5 x 1,000 + 3 x 2,000
  });

  it('counts a movement from its value date on', async () => {
    const customer = await legacy.open(since(10, 36_500_000n));
    expect(await legacy.core.quote(customer, null)).toMatchObject({ body: { gross: '20000' } });
    await legacy.sql(`select core.post_movement($1, 18250000, core.business_date() - 4, 'BRANCH', null)`, [
      customer.accountNo,
    ]);
    expect(await legacy.core.quote(customer, null)).toMatchObject({ body: { gross: '24000' } });
    await legacy.sql(`select core.post_movement($1, 18250000, null, 'BRANCH', null)`, [customer.accountNo]);
    expect(await legacy.core.quote(customer, null)).toMatchObject({ body: { gross: '24000' } });
  });

  it('of any history is the exact sum of its days', async () => {
    const history = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 12 }), fc.bigInt({ min: 1n, max: 10n ** 12n })),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    await fc.assert(
      fc.asyncProperty(history, fc.constantFrom('slice', 'whole'), async (steps, tierMode) => {
        let daysAgo = 0;
        const balances = steps.map(([days, closing]) => ({ daysAgo: (daysAgo += days), closing })).reverse();
        // an entry that moves nothing is no entry
        if (balances.some(({ closing }, i) => closing === balances[i - 1]?.closing)) return;
        const product = { code: `TEST-ANY-${tierMode.toUpperCase()}`, tierMode };
        const tiers = upTo(50_000_000n, '0.023', '0.04');
        const quote = await legacy.core.quote(await legacy.open({ balances, product, tiers }), null);
        expect(bodyOf(quote).gross).toBe(expectedGross(balances, tierMode).toString());
      }),
      { numRuns: 25 },
    );
  });
});

/** Day by day in whole numbers of a thousandth of a percent: a second way to the same sum. */
function expectedGross(balances: { daysAgo: number; closing: bigint }[], tierMode: string): bigint {
  const edge = 50_000_000n;
  const yearly = (balance: bigint): bigint => {
    if (balance <= edge) return balance * 23n;
    return tierMode === 'whole' ? balance * 40n : edge * 23n + (balance - edge) * 40n;
  };
  const sum = balances.reduce((total, { daysAgo, closing }, i) => {
    const until = balances[i + 1]?.daysAgo ?? 0;
    return total + yearly(closing) * BigInt(daysAgo - until);
  }, 0n);
  return sum / 365_000n;
}

describe('rounding to whole won', () => {
  it.each([
    ['floor', '5', '2', '2'],
    ['half-up', '5', '2', '3'],
    ['half-up', '4.999999', '2', '2'],
    ['half-even', '5', '2', '2'],
    ['half-even', '7', '2', '4'],
    ['half-even', '5.000001', '2', '3'],
    // a quotient a hair below a won, whose digits a plain division would round up to it
    ['floor', '364999999999999999999999.999999', '365', '999999999999999999999'],
  ])('%s of %s / %s is %s', async (mode, num, den, won) => {
    expect(await legacy.sql('select legacy.f_rnd($1, $2, $3) as won', [num, den, mode])).toEqual([{ won }]);
  });
});

it('a quote over 90 days takes less than 20 ms in the middle of many', async () => {
  const balances = Array.from({ length: 90 }, (_, i) => ({
    daysAgo: 90 - i,
    closing: 1_000_000n + BigInt(i),
  }));
  const customer = await legacy.open({ balances });
  const times: number[] = [];
  for (let i = 0; i < 31; i++) {
    const startedMs = performance.now();
    bodyOf(await legacy.core.quote(customer, null));
    times.push(performance.now() - startedMs);
  }
  expect(times.sort((a, b) => a - b)[15]).toBeLessThan(20);
});
