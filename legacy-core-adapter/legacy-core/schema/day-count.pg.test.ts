import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, flat, openOn, type ProductGiven, plusDays } from '../../testing/account-histories.ts';
import { basisAt, bodyOf, type Customer, type Legacy, newKey, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

/** On a year of 360 days this earns 1,000 won a day at 1 %. */
const THOUSAND_A_DAY = 36_000_000n;
/** The least common multiple of 365 and 366, times 10^5: at 1 % each day earns 366,000 or 365,000 won. */
const YEAR_EXACTLY = 13_359_000_000n;

const product = (dayCount: string): ProductGiven => ({
  code: `TEST-${dayCount.replaceAll(/[^A-Z0-9]/g, '')}`,
  terms: [{ dayCount }],
  rates: [{ from: '1990-01-01', tiers: flat('0.01') }],
});

const grossAt = async (customer: Customer, to: string, seq = '1'): Promise<string> =>
  bodyOf(await legacy.core.quote(customer, basisAt(to, seq))).gross;

async function grossOf(dayCount: string, from: string, to: string, closing: bigint): Promise<string> {
  return grossAt(await openOn(legacy, from, closing, product(dayCount)), to);
}

// Published: ISDA, "30-360-2006ISDADefs.xls", examples 1 to 3 and sheet "Comparison" (15 to 31 January 2007: by 4.16(f)).
// Columns: first day, last day, days by 30/360 (4.16(f)), days by 30E/360 (4.16(g)).
const ISDA_THIRTY = `
  2006-08-20 2007-02-20 180 180
  2007-02-20 2007-08-20 180 180
  2008-02-20 2008-08-20 180 180
  2006-08-31 2007-02-28 178 178
  2007-02-28 2007-08-31 183 182
  2007-08-31 2008-02-29 179 179
  2008-02-29 2008-08-31 182 181
  2008-08-31 2009-02-28 178 178
  2009-02-28 2009-08-31 183 182
  2006-01-31 2006-02-28  28  28
  2006-01-30 2006-02-28  28  28
  2006-02-28 2006-03-03   5   5
  2006-02-14 2006-02-28  14  14
  2006-09-30 2006-10-31  30  30
  2006-10-31 2006-11-28  28  28
  2007-08-31 2008-02-28 178 178
  2008-02-28 2008-08-28 180 180
  2008-02-28 2008-08-30 182 182
  2008-02-28 2008-08-31 183 182
  2007-02-26 2008-02-28 362 362
  2007-02-26 2008-02-29 363 363
  2008-02-29 2009-02-28 359 359
  2008-02-28 2008-03-30  32  32
  2008-02-28 2008-03-31  33  32
  2007-01-15 2007-01-31  16  15`;
const THIRTY = ISDA_THIRTY.trim()
  .split('\n')
  .map((row) => row.trim().split(/ +/) as [string, string, string, string]);

describe('thirty days a month, as published', () => {
  it.each(THIRTY)('from %s to %s: %s days on 30/360, %s on 30E/360', async (from, to, bond, euro) => {
    expect(await grossOf('30/360', from, to, THOUSAND_A_DAY)).toBe(`${bond}000`);
    expect(await grossOf('30E/360', from, to, THOUSAND_A_DAY)).toBe(`${euro}000`);
  });
});

/** The days of 4.16(f) and (g) at once, from the two dates alone. */
function thirtyDays(dayCount: string, from: string, to: string): number {
  const [y1 = 0, m1 = 0, first = 0] = from.split('-').map(Number);
  const [y2 = 0, m2 = 0, last = 0] = to.split('-').map(Number);
  const cut = last === 31 && (dayCount === '30E/360' || first >= 30);
  return (y2 - y1) * 360 + (m2 - m1) * 30 + (cut ? 30 : last) - Math.min(first, 30);
}

describe('thirty days a month, a period extended day by day', () => {
  it.each([
    ['30/360', '2024-01-28'],
    ['30/360', '2024-01-30'],
    ['30/360', '2024-01-31'],
    ['30/360', '2024-02-29'],
    ['30E/360', '2024-01-28'],
    ['30E/360', '2024-01-31'],
    ['30E/360', '2024-02-29'],
  ])('%s from %s is the count from its own first day, on each day', async (dayCount, from) => {
    const customer = await openOn(legacy, from, THOUSAND_A_DAY, product(dayCount));
    for (let n = 1; n <= 95; n++) {
      const to = plusDays(from, n);
      expect([to, await grossAt(customer, to)]).toEqual([to, String(thirtyDays(dayCount, from, to) * 1_000)]);
    }
  });

  // 60 days in all. The 31st of January adds none on 30/360; on 30E/360 it does, and the 30th adds none.
  it.each([
    ['30/360', '104000'], // 16 days x 1,000 + 44 x 2,000
    ['30E/360', '105000'], // 15 days x 1,000 + 45 x 2,000
  ])('%s: a stretch counts from the first day of the period, not from its own', async (dayCount, gross) => {
    const customer = await openOn(legacy, '2026-01-15', THOUSAND_A_DAY, product(dayCount));
    await enter(legacy, customer, THOUSAND_A_DAY, '2026-01-31');
    expect(await grossAt(customer, '2026-03-15', '2')).toBe(gross);
  });

  it('a payout begins a new count', async () => {
    const today = await legacy.today();
    const from = plusDays(today, -16);
    const to = plusDays(today, 45);
    const customer = await openOn(legacy, from, THOUSAND_A_DAY, product('30/360'));
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    expect(payout.gross).toBe(String(thirtyDays('30/360', from, today) * 1_000));
    const quote = bodyOf(await legacy.core.quote(customer, basisAt(to, '2')));
    expect(quote.period).toEqual({ from: today, to });
    const exact = (BigInt(payout.balanceAfter) * BigInt(thirtyDays('30/360', today, to))) / 36_000n;
    expect(quote.gross).toBe(String(exact));
  });
});

describe('actual days', () => {
  // Published up to 1999-11-30: ISDA, "EMU and market conventions: recent developments" (1998).
  it.each([
    ['2003-11-01', '2004-05-01', 61, 121],
    ['1999-02-01', '1999-07-01', 150, 0],
    ['1999-07-01', '2000-07-01', 184, 182],
    ['2002-08-15', '2003-07-15', 334, 0],
    ['2003-07-15', '2004-01-15', 170, 14],
    ['1999-07-30', '2000-01-30', 155, 29],
    ['2000-01-30', '2000-06-30', 0, 152],
    ['1999-11-30', '2000-04-30', 32, 120],
    ['2023-12-28', '2024-02-28', 4, 58], // 11317/66795 of a year
    ['2024-12-31', '2025-01-02', 1, 1],
    ['2100-02-27', '2100-03-01', 2, 0], // no leap year
  ])('ACT/ACT from %s to %s: %i days over 365 and %i over 366', async (from, to, common, leap) => {
    const gross = (common * 366 + leap * 365) * 1_000;
    expect(await grossOf('ACT/ACT', from, to, YEAR_EXACTLY)).toBe(String(gross));
  });

  it.each([
    ['2007-01-15', '2007-02-15', '31000'],
    ['2007-09-30', '2008-03-31', '183000'],
    ['2007-09-30', '2008-09-30', '366000'],
    ['2008-02-29', '2009-02-28', '365000'],
  ])('ACT/360 from %s to %s, as published: %s', async (from, to, gross) => {
    expect(await grossOf('ACT/360', from, to, THOUSAND_A_DAY)).toBe(gross);
  });

  it.each([
    ['ACT/365F', '10958'], // two days of 2024, 200m x 1 % / 365
    ['ACT/ACT', '10928'], // / 366
    ['ACT/360', '11111'],
  ])('%s over the leap day of 2024 on 200,000,000 won: %s', async (dayCount, gross) => {
    expect(await grossOf(dayCount, '2024-02-28', '2024-03-01', 200_000_000n)).toBe(gross);
  });

  it('a day count that the legacy core does not know is a fault', async () => {
    const unknown = `select legacy.f_day_part('2026-01-01', '2026-01-02', 'NL/365')`;
    await expect(legacy.sql(unknown)).rejects.toThrow('day count NL/365 is not known');
  });
});
