import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { enter, openOn, plusDays, type Tier } from '../../testing/account-histories.ts';
import { basisAt, bodyOf, type Legacy, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

const OPENED = '2023-12-20'; // near a leap day and a year end
const dayCount = fc.constantFrom('ACT/365F', 'ACT/ACT', 'ACT/360', '30/360', '30E/360');
const tierMode = fc.constantFrom('slice', 'whole');
const roundingMode = fc.constantFrom('floor', 'half-up', 'half-even');
const won = fc.bigInt({ min: 1n, max: 200_000_000n });
/** Tables of up to three tiers. The last tier sometimes has an upper edge; the first table sometimes begins after the opening. */
const rateTables = fc.array(
  fc.record({
    day: fc.integer({ min: -20, max: 90 }),
    edges: fc.uniqueArray(won, { minLength: 1, maxLength: 3 }),
    open: fc.boolean(),
    millionths: fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 3, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
);
const entries = fc.array(fc.tuple(fc.integer({ min: -30, max: 100 }), won), { maxLength: 5 });

type RateTable = { day: number; tiers: { upTo: bigint | null; millionths: bigint }[] };
type Case = {
  dayCount: string;
  tierMode: string;
  tables: RateTable[];
  entries: [number, bigint][];
  days: number;
};

function tableOf(given: { day: number; edges: bigint[]; open: boolean; millionths: number[] }): RateTable {
  const edges = given.edges.toSorted((a, b) => (a < b ? -1 : 1));
  const tiers = edges.map((upTo, i) => ({ upTo, millionths: BigInt(given.millionths[i] ?? 0) }));
  const last = tiers.at(-1);
  return {
    day: given.day,
    tiers: given.open && last ? [...tiers.slice(0, -1), { ...last, upTo: null }] : tiers,
  };
}

/** The sum over the stretches between changes, which is another way to compute the core's sum over days. */
function expectedInterest({ dayCount, tierMode, tables, entries, days }: Case): bigint {
  const changes = [0, days, ...tables.map(({ day }) => day), ...entries.map(([day]) => day)]
    .filter((day) => day >= 0 && day <= days)
    .toSorted((a, b) => a - b);
  return changes.slice(1).reduce((sum, until, i) => {
    const from = changes[i] ?? 0;
    const balance = entries.reduce((total, [day, amount]) => (day <= from ? total + amount : total), 0n);
    const table = tables.filter(({ day }) => day <= from).at(-1);
    const parts = partsUntil(dayCount, until) - partsUntil(dayCount, from);
    return sum + yearly(table?.tiers ?? [], balance, tierMode) * parts;
  }, 0n);
}

/** Millionths of a won that a balance earns in a year. */
function yearly(tiers: RateTable['tiers'], balance: bigint, tierMode: string): bigint {
  if (tierMode === 'whole') {
    const tier = tiers.find(({ upTo }) => upTo === null || balance <= upTo);
    return balance * (tier?.millionths ?? 0n);
  }
  let left = balance;
  let below = 0n;
  return tiers.reduce((sum, { upTo, millionths }) => {
    const width = upTo === null ? left : upTo - below;
    const slice = left < width ? left : width;
    left -= slice;
    below = upTo ?? below;
    return sum + slice * millionths;
  }, 0n);
}

/** Years from the opening day, in units of 1/1603080. */
function partsUntil(dayCount: string, day: number): bigint {
  const [y = 0, m = 0, d = 0] = plusDays(OPENED, day).split('-').map(Number);
  switch (dayCount) {
    case 'ACT/365F':
      return BigInt(day) * 4_392n;
    case 'ACT/360':
      return BigInt(day) * 4_453n;
    case 'ACT/ACT': // twelve days of 2023, then 2024
      return BigInt(Math.min(day, 12)) * 4_392n + BigInt(Math.max(day - 12, 0)) * 4_380n;
    case '30/360':
      return BigInt((y - 2023) * 360 + (m - 12) * 30 + d - 20) * 4_453n; // the first day is neither a 30th nor a 31st
    default:
      return BigInt((y - 2023) * 360 + (m - 12) * 30 + Math.min(d, 30) - 20) * 4_453n;
  }
}

function rounded(interest: bigint, mode: string): bigint {
  const whole = 1_603_080n * 1_000_000n;
  const floor = interest / whole;
  const twice = 2n * (interest % whole);
  if (mode === 'floor' || twice < whole) return floor;
  return twice === whole && mode === 'half-even' && floor % 2n === 0n ? floor : floor + 1n;
}

const byDay = (a: { day: number }, b: { day: number }): number => a.day - b.day;

let posted = 0;

it('interest of any history under any terms is the exact sum of its stretches, rounded once', async () => {
  const cases = fc.record({
    dayCount,
    tierMode,
    roundingMode,
    rateTables,
    opening: won,
    entries,
    days: fc.integer({ min: 0, max: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ roundingMode, opening, days, ...given }) => {
      const tables = given.rateTables.map(tableOf).sort(byDay);
      fc.pre(new Set(tables.map(({ day }) => day)).size === tables.length);
      posted += 1;
      const customer = await openOn(legacy, OPENED, opening, {
        code: `TEST-ANY-${posted}`,
        terms: [{ dayCount: given.dayCount, tierMode: given.tierMode, roundingMode }],
        rates: tables.map(({ day, tiers }) => ({ from: plusDays(OPENED, day), tiers: tiers.map(asPosted) })),
      });
      for (const [day, amount] of given.entries) await enter(legacy, customer, amount, plusDays(OPENED, day));
      const basis = basisAt(plusDays(OPENED, days), String(1 + given.entries.length));
      const history: [number, bigint][] = [[0, opening], ...given.entries];
      const expected = rounded(expectedInterest({ ...given, tables, entries: history, days }), roundingMode);
      expect(bodyOf(await legacy.core.quote(customer, basis)).gross).toBe(expected.toString());
    }),
    { numRuns: 100 },
  );
});

function asPosted({ upTo, millionths }: RateTable['tiers'][number]): Tier {
  return { upTo, annualRate: `0.${millionths.toString().padStart(6, '0')}` };
}
