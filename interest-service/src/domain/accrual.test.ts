import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accrue, type Closing, type Period } from './accrual.ts';
import { dateOf, dayNumber } from './calendar.ts';
import type { DayCount } from './day-count.ts';
import { parseDecimal } from './decimal.ts';
import type { RateTable, TierMode } from './product.ts';
import { roundInterest } from './rounding.ts';

const table = (from: string, ...tiers: [string | null, string][]): RateTable => ({
  from,
  tiers: tiers.map(([upTo, rate]) => ({
    upTo: upTo === null ? null : BigInt(upTo),
    annualRate: parseDecimal(rate),
  })),
});
const FLAT = [table('2021-10-01', [null, '0.02'])];
const TIERED_2022 = [
  table('2021-10-01', ['100000000', '0.02'], [null, '0.001']),
  table('2022-12-13', ['50000000', '0.023'], [null, '0.04']),
];

function gross(
  rates: RateTable[],
  closings: Closing[],
  period: Period,
  dayCount: DayCount = 'ACT/365F',
  tierMode: TierMode = 'slice',
): bigint {
  return roundInterest(accrue({ dayCount, tierMode }, rates, closings, period), { scale: 0, mode: 'floor' });
}

describe('interest a banker can check by hand', () => {
  const oneDay = { from: '2026-01-01', to: '2026-01-02' };

  it.each([
    [2_000_000n, 109n],
    [50_000_000n, 2_739n],
    [100_000_000n, 5_479n],
  ])('one day at 2 %% on %s won: %s won (published)', (closing, expected) => {
    expect(gross(FLAT, [{ from: '2026-01-01', closing }], oneDay)).toBe(expected);
  });

  it('keeps an amount at the edge in the lower slice', () => {
    const at = (closing: bigint) =>
      gross(TIERED_2022, [{ from: '2022-01-01', closing }], { from: '2022-06-01', to: '2022-06-02' });
    expect(at(100_000_000n)).toBe(5_479n); // 100m x 2 % / 365
    expect(at(100_365_000n)).toBe(5_480n); // + 365,000 x 0.1 % / 365 = 1 won
  });

  it('changes the rate on the day the new table takes effect', () => {
    const closings = [{ from: '2022-12-01', closing: 36_500_000n }];
    expect(gross(TIERED_2022, closings, { from: '2022-12-12', to: '2022-12-13' })).toBe(2_000n);
    expect(gross(TIERED_2022, closings, { from: '2022-12-13', to: '2022-12-14' })).toBe(2_300n);
    expect(gross(TIERED_2022, closings, { from: '2022-12-12', to: '2022-12-14' })).toBe(4_300n);
  });

  it('pays the whole balance at the rate of its tier if the terms of the product do', () => {
    const closings = [{ from: '2022-01-01', closing: 100_000_001n }];
    const period = { from: '2022-06-01', to: '2022-06-02' };
    expect(gross(TIERED_2022, closings, period, 'ACT/365F', 'whole')).toBe(273n); // x 0.1 % / 365
  });

  it('counts a leap day over 366 in ACT/ACT and over 365 in ACT/365F', () => {
    const closings = [{ from: '2024-01-01', closing: 36_600_000n }];
    const leapDay = { from: '2024-02-29', to: '2024-03-01' };
    expect(gross(FLAT, closings, leapDay, 'ACT/ACT')).toBe(2_000n);
    expect(gross(FLAT, closings, leapDay)).toBe(2_005n);
  });

  it('keeps accumulating interest below one won', () => {
    const closings = [{ from: '2026-01-01', closing: 1_000n }];
    expect(gross(FLAT, closings, { from: '2026-01-01', to: '2026-01-19' })).toBe(0n);
    expect(gross(FLAT, closings, { from: '2026-01-01', to: '2026-01-20' })).toBe(1n);
  });

  it('earns zero before the first deposit, on an empty balance, or in an empty period', () => {
    expect(gross(FLAT, [], oneDay)).toBe(0n);
    expect(gross(FLAT, [{ from: '2026-01-01', closing: 0n }], oneDay)).toBe(0n);
    expect(
      gross(FLAT, [{ from: '2026-01-01', closing: 9_999_999n }], { from: '2026-01-02', to: '2026-01-02' }),
    ).toBe(0n);
  });
});

describe('laws of accrual', () => {
  const START = dayNumber('2023-11-15');
  const day = fc.integer({ min: 0, max: 500 }).map((d) => dateOf(START + d));
  const closings = fc
    .uniqueArray(fc.record({ from: day, closing: fc.bigInt({ min: 0n, max: 10n ** 12n }) }), {
      selector: (c) => c.from,
      maxLength: 12,
    })
    .map((list) => list.toSorted((a, b) => (a.from < b.from ? -1 : 1)));
  const period = fc.tuple(day, day).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a }));
  const dayCount = fc.constantFrom<DayCount>('ACT/365F', 'ACT/ACT', 'ACT/360', '30/360', '30E/360');
  const tierMode = fc.constantFrom<TierMode>('slice', 'whole');
  const rates = [...TIERED_2022, table('2024-03-01', ['50000000', '0.018'], [null, '0.031'])];

  it('computed at once or day by day, a period earns exactly the same, under every day count', () => {
    fc.assert(
      fc.property(closings, period, dayCount, tierMode, (list, whole, dc, mode) => {
        const daily: Closing[] = [];
        for (let d = dayNumber(whole.from); d < dayNumber(whole.to); d += 1) {
          const from = dateOf(d);
          daily.push({ from, closing: list.findLast((c) => c.from <= from)?.closing ?? 0n });
        }
        const terms = { dayCount: dc, tierMode: mode };
        const atOnce = accrue(terms, rates, list, whole);
        const dayByDay = accrue(terms, rates, daily, whole);
        expect(dayByDay.numerator).toBe(atOnce.numerator);
        expect(dayByDay.segments.length).toBeGreaterThanOrEqual(atOnce.segments.length);
      }),
      { numRuns: 60 },
    );
  });

  it('splitting a period into two payouts never pays more', () => {
    fc.assert(
      fc.property(closings, period, day, (list, whole, cut) => {
        fc.pre(cut >= whole.from && cut <= whole.to);
        const parts =
          gross(rates, list, { from: whole.from, to: cut }) + gross(rates, list, { from: cut, to: whole.to });
        expect(parts).toBeLessThanOrEqual(gross(rates, list, whole));
      }),
    );
  });

  it('with slices, more balance never earns less', () => {
    fc.assert(
      fc.property(closings, period, fc.bigInt({ min: 0n, max: 10n ** 9n }), (list, whole, more) => {
        const richer = list.map((c) => ({ ...c, closing: c.closing + more }));
        expect(gross(rates, richer, whole)).toBeGreaterThanOrEqual(gross(rates, list, whole));
      }),
    );
  });

  it('loses no won over a thousand daily payouts but the fraction dropped at each of them', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), (closing) => {
        const list = [{ from: '2023-01-01', closing }];
        const first = dayNumber('2023-01-01');
        let paid = 0n;
        for (let d = first; d < first + 1_000; d += 1) {
          paid += gross(rates, list, { from: dateOf(d), to: dateOf(d + 1) });
        }
        const atOnce = gross(rates, list, { from: '2023-01-01', to: dateOf(first + 1_000) });
        expect(paid).toBeLessThanOrEqual(atOnce);
        expect(atOnce - paid).toBeLessThan(1_000n);
      }),
      { numRuns: 20 },
    );
  });

  it('a balance of zero and a missing balance earn zero, under every day count', () => {
    fc.assert(
      fc.property(period, dayCount, tierMode, (whole, dc, mode) => {
        const empty = [{ from: '2023-01-01', closing: 0n }];
        expect(accrue({ dayCount: dc, tierMode: mode }, rates, empty, whole).numerator).toBe(0n);
        expect(accrue({ dayCount: dc, tierMode: mode }, rates, [], whole).numerator).toBe(0n);
      }),
    );
  });
});
