import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, openOn, type ProductGiven, type Tier } from '../../testing/account-histories.ts';
import { basisAt, bodyOf, type Legacy, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

const posted = (name: string, tierMode: string, tiers: Tier[]): ProductGiven => ({
  code: `TEST-${name}`,
  terms: [{ tierMode }],
  rates: [{ from: '1990-01-01', tiers }],
});

/** Interest of one day on 365. */
async function oneDay(product: ProductGiven, closing: bigint): Promise<string> {
  const customer = await openOn(legacy, '2026-03-02', closing, product);
  return bodyOf(await legacy.core.quote(customer, basisAt('2026-03-03', '1'))).gross;
}

const upTo = (edge: bigint, below: string, above: string): Tier[] => [
  { upTo: edge, annualRate: below },
  { upTo: null, annualRate: above },
];

describe('tiers as slices', () => {
  const from2022 = posted('SLICE-A', 'slice', upTo(100_000_000n, '0.02', '0.001'));
  const fromDecember = posted('SLICE-B', 'slice', upTo(50_000_000n, '0.023', '0.04'));
  const threeSlices = posted('SLICE-C', 'slice', [
    { upTo: 365n, annualRate: '0' },
    { upTo: 730n, annualRate: '0.5' },
    { upTo: null, annualRate: '0.1' },
  ]);
  it.each([
    [from2022, 99_999_999n, '5479'], // 5479.452
    [from2022, 100_000_000n, '5479'],
    [from2022, 100_000_001n, '5479'],
    [from2022, 150_000_000n, '5616'], // 5479.452 + 136.986
    [fromDecember, 50_000_000n, '3150'], // 3150.685
    [fromDecember, 50_002_874n, '3150'], // + 2,874 x 4 % / 365 = 3150.9999
    [fromDecember, 50_002_875n, '3151'], // + 2,875 x 4 % / 365 = 3151 exactly
    [fromDecember, 150_000_000n, '14109'], // 3150.685 + 10958.904
    [threeSlices, 365n, '0'],
    [threeSlices, 366n, '0'], // 0.5 / 365
    [threeSlices, 730n, '0'], // 182.5 / 365 = 0.5
    [threeSlices, 2_554n, '0'], // 0.5 + 182.4 / 365 = 0.9997
    [threeSlices, 2_555n, '1'], // 0.5 + 182.5 / 365
  ])('$code: %s won earn %s', async (product, closing, gross) => {
    expect(await oneDay(product, closing)).toBe(gross);
  });
});

describe('tiers on the whole balance', () => {
  const whole = posted('WHOLE', 'whole', [
    { upTo: 10_000_000n, annualRate: '0.001' },
    { upTo: 50_000_000n, annualRate: '0.015' },
    { upTo: null, annualRate: '0.005' },
  ]);
  it.each([
    [9_999_999n, '27'], // 27.397
    [10_000_000n, '27'],
    [10_000_001n, '410'], // 410.9589 on all of it
    [50_000_000n, '2054'], // 2054.79
    [50_000_001n, '684'], // less than a won below: 684.93
  ])('%s won earn %s', async (closing, gross) => {
    expect(await oneDay(whole, closing)).toBe(gross);
  });
});

describe('a balance above the last tier', () => {
  const covered: Tier[] = [{ upTo: 10_000_000n, annualRate: '0.02' }]; // 547.945 a day
  it.each([
    ['slice', 10_000_000n, '547'],
    ['slice', 10_000_001n, '547'],
    ['slice', 900_000_000n, '547'],
    ['whole', 10_000_000n, '547'],
    ['whole', 10_000_001n, '0'],
  ])(
    'by %s: %s won earn %s, because the part without a tier earns no interest',
    async (tierMode, closing, gross) => {
      expect(await oneDay(posted(`COVERED-${tierMode.toUpperCase()}`, tierMode, covered), closing)).toBe(
        gross,
      );
    },
  );
});

it('a balance of zero earns no interest, at any rate', async () => {
  const product = posted('HIGH', 'slice', [{ upTo: null, annualRate: '0.999999' }]);
  const customer = await openOn(legacy, '2026-03-02', 365_000_000n, product);
  await enter(legacy, customer, -365_000_000n, '2026-03-03');
  const quote = bodyOf(await legacy.core.quote(customer, basisAt('2026-06-30', '2')));
  expect(quote.gross).toBe('999999'); // the first day alone
});
