import { describe, expect, it } from 'vitest';
import { exact, inLowestTerms, moneyOf, unitsOf, within } from './exact.ts';

describe('exact values', () => {
  it.each([
    ['0.02', 2n, 100n],
    ['1e-3', 1n, 1000n],
    ['1.5E2', 150n, 1n],
    ['11317/66795', 11317n, 66795n],
    ['0.1', 1n, 10n],
  ])('%s is read without loss', (text, numerator, denominator) => {
    expect(exact(text)).toEqual({ numerator, denominator });
  });

  it('are within a tolerance, the bound included', () => {
    expect(within(exact('0.5'), exact('0.6'), exact('0.1'))).toBe(true);
    expect(within(exact('0.6'), exact('0.5'), exact('0.099'))).toBe(false);
    expect(within(exact('1/3'), exact('2/6'), exact('0'))).toBe(true);
  });

  it('know lowest terms', () => {
    expect([inLowestTerms(exact('1/2')), inLowestTerms(exact('2/4'))]).toEqual([true, false]);
  });

  it('money goes to units and back', () => {
    expect(unitsOf('12.5', 2)).toBe(1250n);
    expect([moneyOf(1250n, 2), moneyOf(5n, 2), moneyOf(7n, 0)]).toEqual(['12.50', '0.05', '7']);
  });
});
