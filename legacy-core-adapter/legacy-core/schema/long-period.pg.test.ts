import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, openOn, type ProductGiven, plusDays } from '../../testing/account-histories.ts';
import { basisAt, bodyOf, type Customer, type Legacy, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

/** The longest period of a case. */
const TEN_YEARS_DAYS = 3_650;
const OPENED = '2020-01-01';

/** Median time of a quote, end to end over telegrams. */
async function medianMs(customer: Customer, basis: ReturnType<typeof basisAt> | null): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 11; i++) {
    const startedMs = performance.now();
    bodyOf(await legacy.core.quote(customer, basis));
    times.push(performance.now() - startedMs);
  }
  return times.sort((a, b) => a - b)[5] ?? Number.NaN;
}

const THREE_TIERS = (step: number) => [
  { upTo: 10_000_000n, annualRate: `0.0${10 + step}` },
  { upTo: 50_000_000n, annualRate: `0.0${20 + step}` },
  { upTo: null, annualRate: `0.0${30 + step}` },
];

describe('a long period', () => {
  it('of 90 days with 90 balances is quoted in less than 20 ms', async () => {
    const balances = Array.from({ length: 90 }, (_, i) => ({
      daysAgo: 90 - i,
      closing: 1_000_000n + BigInt(i),
    }));
    expect(await medianMs(await legacy.open({ balances }), null)).toBeLessThan(20);
  });

  it.each(['ACT/365F', 'ACT/ACT', '30/360'])(
    'of ten years on %s without a change is quoted in less than 300 ms',
    async (dayCount) => {
      const product: ProductGiven = { code: `TEST-TEN-${dayCount.slice(-3)}`, terms: [{ dayCount }] };
      const customer = await openOn(legacy, OPENED, 60_000_000n, product);
      expect(await medianMs(customer, basisAt(plusDays(OPENED, TEN_YEARS_DAYS), '1'))).toBeLessThan(300);
    },
  );

  it('of ten years with a movement a week and new rates a month is quoted in less than 300 ms', async () => {
    const rates = Array.from({ length: 121 }, (_, i) => ({
      from: plusDays(OPENED, i * 30 - 15),
      tiers: THREE_TIERS(i % 10),
    }));
    const product: ProductGiven = { code: 'TEST-TEN-BUSY', rates };
    const customer = await openOn(legacy, OPENED, 60_000_000n, product);
    for (let week = 1; week <= 521; week++) {
      await enter(legacy, customer, week % 2 === 0 ? 100_001n : -90_000n, plusDays(OPENED, week * 7));
    }
    expect(await medianMs(customer, basisAt(plusDays(OPENED, TEN_YEARS_DAYS), '522'))).toBeLessThan(300);
  });

  it('of a century is quoted; one day more is no basis', async () => {
    const product: ProductGiven = { code: 'TEST-CENTURY' };
    const customer = await openOn(legacy, OPENED, 36_500n, product); // 2 won a day
    const at = (days: number) => legacy.core.quote(customer, basisAt(plusDays(OPENED, days), '1'));
    expect(bodyOf(await at(36_525)).gross).toBe('73050');
    expect(await at(36_526)).toMatchObject({ ok: false, problem: { code: 'BASIS_UNKNOWN' } });
  });
});
