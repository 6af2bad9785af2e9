import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCases } from '../load/load.ts';
import { allPairs } from './pairs.ts';
import { requiredPairs } from './required.ts';
import { inputs } from './rows.ts';

const recorded = loadCases([fileURLToPath(new URL('../../cases/matrix', import.meta.url))]);

describe('the matrix', () => {
  it('has at least 3,000 rows', () => {
    expect(recorded.length).toBeGreaterThanOrEqual(3_000);
  });

  it('has the inputs of the generator, in the same order', () => {
    const { length } = inputs();
    expect(recorded.map(({ row: { expect: _answer, ...input } }) => input)).toEqual(inputs());
    expect(recorded).toHaveLength(length);
  });

  it('holds every pair of values of two dimensions, and so every single tier edge, status and day situation', () => {
    const { required, missing } = requiredPairs(recorded);
    expect(required).toBeGreaterThan(1_500);
    expect(missing).toEqual([]);
  });

  it('reports a missing pair', () => {
    const without = recorded.filter(
      ({ kind, row }) =>
        kind !== 'payout' || row.given.accountStatus !== 'dormant' || row.given.customerStatus !== 'deceased',
    );
    expect(requiredPairs(without).missing).toContain('customer status deceased with account status dormant');
  });

  it('expects a payment or a refusal in every row', () => {
    expect(recorded.filter(({ row }) => !('refusal' in row.expect))).toEqual([]);
  });
});

describe('all pairs', () => {
  const held = (sizes: number[]) => {
    const pairs = new Set<string>();
    for (const choice of allPairs(sizes)) {
      for (const [a, x] of choice.entries()) {
        for (const [b, y] of choice.entries()) if (a < b) pairs.add(`${a}${x}${b}${y}`);
      }
    }
    return pairs.size;
  };

  it.each([
    [[2, 2], 4],
    [[3, 3, 3], 27],
    [[5, 2, 4, 3], 10 + 20 + 15 + 8 + 6 + 12],
  ])('of dimensions of %j values are held', (sizes, pairs) => {
    expect(held(sizes)).toBe(pairs);
  });

  it('need far fewer choices than the product', () => {
    expect(allPairs([10, 10, 10, 10, 10]).length).toBeLessThan(200);
  });
});
