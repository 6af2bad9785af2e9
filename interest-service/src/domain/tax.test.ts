import { describe, expect, it } from 'vitest';
import { readTaxRules } from '../ledger/tax-rules.ts';
import { type TaxClass, type Treaty, withhold } from './tax.ts';

const rules = readTaxRules(new URL('../../rules/tax.json', import.meta.url));
const on = '2026-11-20';

function taxes(taxClass: TaxClass, gross: bigint, treaty: Treaty | null = null, day = on): string {
  const { incomeTax, localTax, farmTax } = withhold(rules, taxClass, treaty, day, {
    numerator: gross,
    denominator: 1n,
  }).taxes;
  return `${incomeTax}+${localTax}+${farmTax}`;
}

describe('withholding tax a banker can check by hand', () => {
  it.each([
    // The three published examples: 14 % cut below 10, then 10 % of the cut income tax, cut below 10.
    [109n, '10+0+0'],
    [2_739n, '380+30+0'],
    [5_479n, '760+70+0'],
    // The edges of the small sums: no tax to 71, income tax from 72, local tax first at 715.
    [71n, '0+0+0'],
    [72n, '10+0+0'],
    [714n, '90+0+0'],
    [715n, '100+10+0'],
  ])('resident, gross %s: %s', (gross, expected) => {
    expect(taxes('resident', gross)).toBe(expected);
  });

  it('is not a plain 15.4 %', () => {
    const { incomeTax, localTax } = withhold(rules, 'resident', null, on, {
      numerator: 50_000n,
      denominator: 1n,
    }).taxes;
    expect(50_000n - incomeTax - localTax).toBe(42_300n);
    expect(2_739n - 380n - 30n).not.toBe(2_317n);
  });

  it('withholds from a corporation only from 1,000 won of income tax on', () => {
    expect(taxes('corporation', 7_142n)).toBe('0+0+0');
    expect(taxes('corporation', 7_143n)).toBe('1000+100+0');
  });

  it('exempts, and takes farm tax instead of local tax where the law does', () => {
    expect(taxes('exempt', 1_000_000n)).toBe('0+0+0');
    expect(taxes('preferential', 10_000n)).toBe('900+0+50');
  });

  it('follows the co-operative rates by the day of payment', () => {
    expect(taxes('cooperative', 10_000n, null, '2025-12-31')).toBe('0+0+140');
    expect(taxes('cooperative', 10_000n, null, '2026-01-01')).toBe('500+0+90');
    expect(taxes('cooperative', 10_000n, null, '2027-01-01')).toBe('900+0+50');
  });

  it('applies a treaty rate with or without local tax inside it', () => {
    expect(taxes('non-resident', 100_000n)).toBe('20000+2000+0');
    expect(taxes('non-resident', 100_000n, { rate: '0.1', includesLocalTax: false })).toBe('10000+1000+0');
    expect(taxes('non-resident', 100_000n, { rate: '0.1', includesLocalTax: true })).toBe('9090+900+0');
  });

  it('takes 45 % where the real name is not confirmed', () => {
    expect(taxes('unconfirmed', 10_000n)).toBe('4500+450+0');
  });

  it('refuses a day for which the rule data has no rule', () => {
    expect(() => taxes('resident', 100n, null, '2001-01-01')).toThrow(/no rule for resident/);
  });
});
