import { describe, expect, it } from 'vitest';
import { DAYS, having, PAYOUT, TAX } from '../../testing/rows.ts';
import { kindOf, schemaFaults } from './schema-checks.ts';
import { SEMANTIC_CHECKS } from './semantic-checks.ts';

function faultsOf(row: unknown): string[] {
  const kind = kindOf(row);
  if (typeof kind !== 'string') return [`${kind.pointer}: ${kind.reason}`];
  const misfit = schemaFaults(kind, row);
  const faults = misfit.length > 0 ? misfit : SEMANTIC_CHECKS[kind](row);
  return faults.map(({ pointer, reason }) => `${pointer}: ${reason}`);
}

describe('a row', () => {
  it.each<[string, object, string]>([
    [
      'an unknown tax class',
      having(PAYOUT, 'given.taxClass', 'residnt'),
      '/given/taxClass: unknown "residnt": one of resident, exempt',
    ],
    [
      'an unknown status',
      having(PAYOUT, 'given.accountStatus', 'open'),
      '/given/accountStatus: unknown "open": one of active, limited',
    ],
    ['an unknown hold', having(PAYOUT, 'given.holds', ['siezure']), '/given/holds/0: unknown "siezure"'],
    [
      'an unknown day count',
      having(PAYOUT, 'given.product.dayCount', 'ACT/364'),
      '/given/product/dayCount: unknown "ACT/364"',
    ],
    [
      'an unknown field',
      having(PAYOUT, 'given.taxclass', 'resident'),
      '/given/taxclass: unknown field "taxclass"',
    ],
    [
      'an unknown refusal',
      having(PAYOUT, 'expect', { refusal: { code: 'NO' } }),
      '/expect/refusal/code: unknown "NO"',
    ],
    ['a missing field', having(PAYOUT, 'given.period.to', undefined), '/given/period: "to" is missing'],
    ['an empty expect', having(PAYOUT, 'expect', {}), '/expect: must not be empty'],
    [
      'a number instead of money',
      having(PAYOUT, 'expect.gross', 2739),
      '/expect/gross: the number 2739 instead of money',
    ],
    [
      'a float instead of a rate',
      having(PAYOUT, 'given.product.rates.0.tiers.0.annualRate', 0.02),
      '/given/product/rates/0/tiers/0/annualRate: the number 0.02 instead of a rate',
    ],
    [
      'negative money',
      having(PAYOUT, 'given.balances.0.closing', '-1'),
      '/given/balances/0/closing: "-1" is not money',
    ],
    [
      'money with an exponent',
      having(PAYOUT, 'given.balances.0.closing', '5e7'),
      '/given/balances/0/closing: "5e7" is not money',
    ],
    [
      'a negative tier edge',
      having(PAYOUT, 'given.product.rates.0.tiers.0.upTo', '-5'),
      '/given/product/rates/0/tiers/0/upTo: "-5" is not money',
    ],
    [
      'more decimals than the scale',
      having(PAYOUT, 'given.balances.0.closing', '100.5'),
      '/given/balances/0/closing: 100.5 has more decimals than rounding.scale 0',
    ],
    [
      'more decimals expected than the scale',
      having(PAYOUT, 'expect.gross', '27.39'),
      '/expect/gross: 27.39 has more decimals',
    ],
    [
      'a day that does not exist',
      having(PAYOUT, 'given.period.to', '2026-02-29'),
      '/given/period/to: there is no day 2026-02-29',
    ],
    [
      'a period reversed',
      having(PAYOUT, 'given.period.to', '2025-12-31'),
      '/given/period/to: period reversed',
    ],
    [
      'a gap in balances',
      having(PAYOUT, 'given.balances.0.from', '2026-01-02'),
      '/given/balances/0/from: gap in balances: none from 2026-01-01 to 2026-01-02',
    ],
    ['no balances', having(PAYOUT, 'given.balances', []), '/given/balances: must not be empty'],
    [
      'a treaty for a resident',
      having(PAYOUT, 'given.treaty', { rate: '0.1' }),
      '/given/treaty: a treaty is for tax class non-resident only',
    ],
    [
      'a total without daily payouts',
      having(PAYOUT, 'expect', { totalNet: '1' }),
      '/expect/totalNet: "totalNet" needs repeatDaily',
    ],
    [
      'a gross of daily payouts',
      having(PAYOUT, 'given.repeatDaily', true),
      '/expect/gross: "gross" is of one payout',
    ],
    ['a day count reversed', having(DAYS, 'given.end', '2023-01-01'), '/given/end: period reversed'],
    [
      'a fraction not in lowest terms',
      having(DAYS, 'expect', { yearFraction: '2/4' }),
      '/expect/yearFraction: 2/4 is not in lowest terms',
    ],
    ['a tax of no day', having(TAX, 'given.on', '2026-13-01'), '/given/on: there is no day 2026-13-01'],
    ['a row of no kind', { id: 'x', given: {}, expect: {} }, '/given: neither a payout'],
    ['no row', [], ': a row is an object'],
  ])('%s is refused with the reason', (_what, row, reason) => {
    expect(faultsOf(row)).toEqual([expect.stringContaining(reason)]);
  });

  it.each<[string, unknown[], string]>([
    [
      'two tables from one day (overlapping)',
      [
        ['2021-10-01', ['1', null]],
        ['2021-10-01', [null]],
      ],
      '/given/product/rates/1/from: overlapping rates',
    ],
    [
      'out of order',
      [
        ['2022-10-01', [null]],
        ['2021-10-01', [null]],
      ],
      '/given/product/rates/1/from: rates out of order',
    ],
    [
      'tiers that do not rise',
      [['2021-10-01', ['100', '100', null]]],
      '/given/product/rates/0/tiers/1/upTo: tiers do not rise: 100 after 100',
    ],
    [
      'a tier after the open one',
      [['2021-10-01', [null, '100']]],
      '/given/product/rates/0/tiers/1: a tier after the open one',
    ],
    [
      'a first tier that ends at zero',
      [['2021-10-01', ['0', null]]],
      '/given/product/rates/0/tiers/0/upTo: tiers do not rise',
    ],
  ])('rates with %s are refused', (_what, tables, reason) => {
    const rates = (tables as [string, (string | null)[]][]).map(([from, edges]) => ({
      from,
      tiers: edges.map((upTo) => ({ upTo, annualRate: '0.02' })),
    }));
    const row = having(PAYOUT, 'given.product.rates', rates);
    expect(faultsOf(row)).toEqual([expect.stringContaining(reason)]);
  });

  it.each<[string, object[], string]>([
    [
      'twice on one day',
      [
        { from: '2025-12-01', closing: '1' },
        { from: '2025-12-01', closing: '2' },
      ],
      '/given/balances/1/from: two balances',
    ],
    [
      'out of order',
      [
        { from: '2025-12-02', closing: '1' },
        { from: '2025-12-01', closing: '2' },
      ],
      '/given/balances/1/from: balances out of order',
    ],
    [
      'posted before their value date',
      [{ from: '2025-12-02', closing: '1', postedOn: '2025-12-01' }],
      '/given/balances/0/postedOn: posted 2025-12-01',
    ],
    [
      'posted after the period',
      [{ from: '2025-12-02', closing: '1', postedOn: '2026-01-03' }],
      '/given/balances/0/postedOn: posted 2026-01-03',
    ],
    [
      'that were overdrawn until a deposit was posted',
      [
        { from: '2025-12-01', closing: '5', postedOn: '2025-12-20' },
        { from: '2025-12-10', closing: '2' },
      ],
      '/given/balances/1: in the order of posting',
    ],
  ])('balances %s are refused', (_what, balances, reason) => {
    expect(faultsOf(having(PAYOUT, 'given.balances', balances))).toEqual([expect.stringContaining(reason)]);
  });
});
