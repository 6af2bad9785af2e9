import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { residentAccount } from '../../testing/account.ts';
import { readTaxRules } from '../ledger/tax-rules.ts';
import { type AccountSnapshot, computeInterest } from './interest.ts';
import { payoutLines } from './postings.ts';
import type { TaxClass } from './tax.ts';

const rules = readTaxRules(new URL('../../rules/tax.json', import.meta.url));

const account = residentAccount;

const standing = (change: Partial<AccountSnapshot['standing']>): AccountSnapshot => ({
  ...account,
  standing: { ...account.standing, ...change },
});

describe('interest of an account', () => {
  it('is the published 2,329 won net on fifty million for a day', () => {
    const { gross, incomeTax, localTax, net, refusal } = computeInterest(account, rules);
    expect({ gross, incomeTax, localTax, net, refusal }).toEqual({
      gross: 2_739n,
      incomeTax: 380n,
      localTax: 30n,
      net: 2_329n,
      refusal: null,
    });
  });

  it.each([
    [standing({ accountStatus: 'closed' }), 'ACCOUNT_CLOSED'],
    [standing({ accountStatus: 'suspended' }), 'ACCOUNT_SUSPENDED'],
    [standing({ accountStatus: 'dormant' }), 'ACCOUNT_DORMANT'],
    [standing({ customerStatus: 'deceased' }), 'HOLDER_DECEASED'],
    [standing({ customerStatus: 'identity-theft' }), 'HOLDER_COMPROMISED'],
    [standing({ customerStatus: 'hacking-victim' }), 'HOLDER_COMPROMISED'],
    [standing({ holds: ['payment-stop'] }), 'PAYMENT_STOPPED'],
    [standing({ holds: ['seizure'] }), 'SEIZED'],
    [standing({ holds: ['pledge'] }), 'PLEDGED'],
    [standing({ holds: ['deposit-stop'] }), 'DEPOSIT_STOPPED'],
    [standing({ holds: ['withdrawal-stop'] }), 'WITHDRAWAL_STOPPED'],
    [standing({ taxClass: 'corporation' }), 'CORPORATE_NOT_ALLOWED'],
    [standing({ taxClass: 'unknown' }), 'TAX_CLASS_UNKNOWN'],
  ])('refuses for its reason, while interest accrues: %#', (refused, reason) => {
    const { gross, refusal } = computeInterest(refused, rules);
    expect(refusal).toMatchObject({ code: 'NOT_ELIGIBLE', reason });
    expect(gross).toBe(2_739n);
  });

  it('returns the strongest reason and keeps all of them', () => {
    const both = standing({ holds: ['withdrawal-stop', 'seizure'], customerStatus: 'deceased' });
    expect(computeInterest(both, rules).refusal).toEqual({
      code: 'NOT_ELIGIBLE',
      reason: 'HOLDER_DECEASED',
      allReasons: ['HOLDER_DECEASED', 'SEIZED', 'WITHDRAWAL_STOPPED'],
    });
  });

  it('lets the product decide about corporations and a withdrawal stop', () => {
    const terms = { ...account.terms, corporateAllowed: true, paysUnderWithdrawalStop: true };
    const corporate = { ...standing({ taxClass: 'corporation', holds: ['withdrawal-stop'] }), terms };
    expect(computeInterest(corporate, rules).refusal).toBeNull();
  });

  it('pays a limited account', () => {
    expect(computeInterest(standing({ accountStatus: 'limited' }), rules).refusal).toBeNull();
  });

  it('refuses a second payout of the day, and a sum below one won', () => {
    expect(computeInterest({ ...account, paidToday: true }, rules).refusal).toEqual({
      code: 'ALREADY_PAID_TODAY',
    });
    const tiny = { ...account, closings: [{ from: '2026-01-01', closing: 100n }] };
    expect(computeInterest(tiny, rules).refusal).toEqual({ code: 'NOTHING_TO_PAY' });
  });

  it('always splits gross into net and taxes, and its entry sums to zero', () => {
    const classes = fc.constantFrom<TaxClass>(
      'resident',
      'exempt',
      'preferential',
      'cooperative',
      'non-resident',
      'unconfirmed',
      'corporation',
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), classes, (closing, taxClass) => {
        const found = computeInterest(
          { ...standing({ taxClass }), closings: [{ from: '2026-01-01', closing }] },
          rules,
        );
        expect(found.net + found.incomeTax + found.localTax + found.farmTax).toBe(found.gross);
        expect(found.net).toBeGreaterThanOrEqual(0n);
        expect(payoutLines(found).reduce((sum, line) => sum + line.amount, 0n)).toBe(0n);
      }),
    );
  });
});
