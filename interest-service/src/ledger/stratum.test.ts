import { writeStratum } from '@core-exit/bank-contract';
import { expect, it } from 'vitest';
import { residentAccount, tiers } from '../../testing/account.ts';
import { stratumOf } from './stratum.ts';

it('names product, tier, tax class and statuses, and no customer', () => {
  expect(writeStratum(stratumOf(residentAccount))).toBe(
    'product=DEMAND-FLAT;tier=1;taxClass=resident;customerStatus=active;accountStatus=active',
  );
});

it.each([
  [10_000_000n, '1'],
  [10_000_001n, '2'],
  [30_000_001n, 'none'],
])('a balance of %d is in tier %s: the edge belongs to the lower one', (balance, tier) => {
  const rates = [
    { from: '2020-01-01', tiers: tiers([null, '0.01']) },
    { from: '2021-10-01', tiers: tiers([10_000_000n, '0.01'], [30_000_000n, '0.02']) },
    { from: '2026-01-03', tiers: tiers([null, '0.03']) },
  ];
  expect(stratumOf({ ...residentAccount, rates, balance }).tier).toBe(tier);
});

it('a product code cannot add a dimension', () => {
  const terms = { ...residentAccount.terms, productCode: 'a;tier=9\r\nx: y' };
  expect(writeStratum(stratumOf({ ...residentAccount, terms }))).toMatch(
    /^product=a%3Btier%3D9%0D%0Ax%3A%20y;tier=1;/,
  );
});
