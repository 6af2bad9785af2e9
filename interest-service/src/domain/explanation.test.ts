import { expect, it } from 'vitest';
import { residentAccount, tiers } from '../../testing/account.ts';
import { readTaxRules } from '../ledger/tax-rules.ts';
import { explainInterest } from './explanation.ts';
import { type AccountSnapshot, computeInterest } from './interest.ts';

const rules = readTaxRules(new URL('../../rules/tax.json', import.meta.url));
const account: AccountSnapshot = {
  ...residentAccount,
  basis: { businessDate: '2022-12-14', ledgerSeq: 1n },
  paidThrough: '2022-12-11',
  rates: [
    { from: '2021-10-01', tiers: tiers([100_000_000n, '0.02'], [null, '0.001']) },
    { from: '2022-12-13', tiers: tiers([50_000_000n, '0.023'], [null, '0.04']) },
  ],
  closings: [
    { from: '2022-12-01', closing: 36_500_000n },
    { from: '2022-12-12', closing: 60_000_000n },
  ],
};

it('shows each stretch of days, each slice, and each rounding once, for a person to check by hand', () => {
  const explained = explainInterest(account, computeInterest(account, rules));
  expect(explained.segments).toEqual([
    {
      from: '2022-12-11',
      to: '2022-12-12',
      days: '1',
      yearFraction: '1/365',
      balance: '36500000',
      slices: [{ amount: '36500000', annualRate: '1/50', interest: '2000/1' }],
      interest: '2000/1',
    },
    {
      from: '2022-12-12',
      to: '2022-12-13',
      days: '1',
      yearFraction: '1/365',
      balance: '60000000',
      slices: [{ amount: '60000000', annualRate: '1/50', interest: '240000/73' }],
      interest: '240000/73',
    },
    {
      from: '2022-12-13',
      to: '2022-12-14',
      days: '1',
      yearFraction: '1/365',
      balance: '60000000',
      slices: [
        { amount: '50000000', annualRate: '23/1000', interest: '230000/73' },
        { amount: '10000000', annualRate: '1/25', interest: '80000/73' },
      ],
      interest: '310000/73',
    },
  ]);
  // 2,000 + 550,000/73 = 9,534.24..; 14 % = 1,334.76 -> 1,330; 10 % of that = 133 -> 130.
  expect(explained.exactInterest).toBe('696000/73');
  expect(explained.roundings.map(({ of, exact, result }) => ({ of, exact, result }))).toEqual([
    { of: 'gross', exact: '696000/73', result: '9534' },
    { of: 'incomeTax', exact: '33369/25', result: '1330' },
    { of: 'localTax', exact: '133/1', result: '130' },
  ]);
  expect(explained.roundings.every(({ source }) => source.length > 0)).toBe(true);
});

it('explains why a corporation below the minimum amount pays no tax', () => {
  const small: AccountSnapshot = {
    ...account,
    standing: { ...account.standing, taxClass: 'corporation' },
    paidThrough: '2022-12-13',
  };
  const { roundings } = explainInterest(small, computeInterest(small, rules));
  expect(roundings.find(({ of }) => of === 'incomeTax')).toMatchObject({
    rule: expect.stringContaining('below the least amount, so none'),
    result: '0',
  });
});
