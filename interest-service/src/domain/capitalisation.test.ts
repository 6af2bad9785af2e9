import { INELIGIBILITY_REASONS } from '@core-exit/bank-contract/reasons';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { residentAccount } from '../../testing/account.ts';
import { readTaxRules } from '../ledger/tax-rules.ts';
import { dateOf, dayNumber } from './calendar.ts';
import { isCapitalisationDay } from './capitalisation.ts';
import { reasonsAgainst } from './eligibility.ts';
import { computeInterest } from './interest.ts';
import type { Standing } from './standing.ts';

const rules = readTaxRules(new URL('../../rules/tax.json', import.meta.url));

describe('the posting day of a product', () => {
  it.each([
    [15, '2026-11-15', true],
    [15, '2026-11-16', false],
    [31, '2026-11-30', true],
    [31, '2026-12-30', false],
    [31, '2026-12-31', true],
    [29, '2026-02-28', true],
    [29, '2028-02-28', false],
    [29, '2028-02-29', true],
    [null, '2026-11-30', false],
  ])('day %s: %s is %s', (capitalisationDay, date, is) => {
    expect(isCapitalisationDay({ capitalisationDay }, date)).toBe(is);
  });

  it('comes once in each month of any year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1990, max: 2090 }), (day, year) => {
        const first = dayNumber(`${year}-01-01`);
        const days = Array.from({ length: dayNumber(`${year + 1}-01-01`) - first }, (_, i) =>
          dateOf(first + i),
        );
        const due = days.filter((date) => isCapitalisationDay({ capitalisationDay: day }, date));
        expect(due.map((date) => date.slice(5, 7))).toEqual(
          Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, '0')),
        );
      }),
    );
  });
});

describe('who is capitalised', () => {
  const terms = residentAccount.terms;
  const anyStanding = fc.record<Standing>({
    accountStatus: fc.constantFrom('active', 'limited', 'suspended', 'dormant', 'closed'),
    customerStatus: fc.constantFrom('active', 'deceased', 'identity-theft', 'hacking-victim'),
    taxClass: fc.constantFrom('resident', 'exempt', 'corporation', 'unknown'),
    treaty: fc.constant(null),
    holds: fc.subarray(['payment-stop', 'seizure', 'pledge', 'deposit-stop', 'withdrawal-stop']),
  });

  it('the account of a deceased holder is capitalised, a dormant account is not', () => {
    const of = (standing: Partial<Standing>) =>
      reasonsAgainst({ ...residentAccount.standing, ...standing }, terms, 'scheduled');
    expect(of({ customerStatus: 'deceased' })).toEqual([]);
    expect(of({ accountStatus: 'dormant' })).toEqual(['ACCOUNT_DORMANT']);
    expect(of({ customerStatus: 'deceased', holds: ['seizure'] })).toEqual(['SEIZED']);
  });

  it('every account that may collect on demand; a reason against a posting day is a reason against the holder as well', () => {
    fc.assert(
      fc.property(anyStanding, (standing) => {
        const onDemand = reasonsAgainst(standing, terms, 'on-demand');
        const scheduled = reasonsAgainst(standing, terms, 'scheduled');
        expect(onDemand).toEqual(expect.arrayContaining(scheduled));
        expect(onDemand.filter((reason) => !scheduled.includes(reason))).toEqual(
          onDemand.filter((reason) => reason === 'HOLDER_DECEASED'),
        );
        expect(INELIGIBILITY_REASONS).toEqual(expect.arrayContaining(scheduled));
      }),
    );
  });

  it('for the same amounts as on demand', () => {
    fc.assert(
      fc.property(anyStanding, fc.bigInt({ min: 0n, max: 10n ** 12n }), (standing, closing) => {
        const account = { ...residentAccount, standing, closings: [{ from: '2026-01-01', closing }] };
        const { refusal: _a, ...onDemand } = computeInterest(account, rules, 'on-demand');
        const { refusal: _b, ...scheduled } = computeInterest(account, rules, 'scheduled');
        expect(scheduled).toEqual(onDemand);
      }),
    );
  });
});
