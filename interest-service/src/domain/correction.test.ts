import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { residentAccount } from '../../testing/account.ts';
import { readTaxRules } from '../ledger/tax-rules.ts';
import { correctPaidPeriod, reversePayout } from './correction.ts';
import { type AccountSnapshot, computeInterest } from './interest.ts';
import { payoutLines } from './postings.ts';

const rules = readTaxRules(new URL('../../rules/tax.json', import.meta.url));

const account = (closing: bigint): AccountSnapshot => ({
  ...residentAccount,
  basis: { businessDate: '2026-01-31', ledgerSeq: 1n },
  closings: [{ from: '2026-01-01', closing }],
});

const won = fc.bigInt({ min: 0n, max: 10n ** 12n });
const sum = (lines: { amount: bigint }[]): bigint => lines.reduce((total, line) => total + line.amount, 0n);

describe('a back-dated movement in a paid period', () => {
  it('posts the difference today: a million more for thirty days, by hand', () => {
    const paid = computeInterest(account(36_500_000n), rules); // 60,000 gross, 8,400 + 840
    const found = correctPaidPeriod(paid, account(37_500_000n), rules); // 61,643 gross, 8,630 + 860
    expect(found).toMatchObject({ gross: 1_643n, incomeTax: 230n, localTax: 20n, net: 1_393n });
    expect(found?.originalPeriod).toEqual({ from: '2026-01-01', to: '2026-01-31' });
  });

  it('takes back an overpayment', () => {
    const paid = computeInterest(account(37_500_000n), rules);
    const found = correctPaidPeriod(paid, account(36_500_000n), rules);
    expect(found).toMatchObject({ gross: -1_643n, net: -1_393n });
    expect(sum(found?.lines ?? [])).toBe(0n);
  });

  it('posts no difference when the period has the same interest', () => {
    expect(
      correctPaidPeriod(computeInterest(account(36_500_000n), rules), account(36_500_000n), rules),
    ).toBeNull();
  });

  it('is assessed under the rules of the original day, never under others', () => {
    const paid = { ...computeInterest(account(36_500_000n), rules), taxRuleVersion: '2013-01' };
    expect(() => correctPaidPeriod(paid, account(1n), rules)).toThrow(/made under tax rules 2013-01/);
  });

  it('payout and correction together are what would have been paid at once', () => {
    fc.assert(
      fc.property(won, won, (before, after) => {
        const paid = computeInterest(account(before), rules);
        const right = computeInterest(account(after), rules);
        const found = correctPaidPeriod(paid, account(after), rules);
        expect(paid.net + (found?.net ?? 0n)).toBe(right.net);
        expect(sum(found?.lines ?? [])).toBe(0n);
      }),
    );
  });
});

describe('a reversal', () => {
  it('mirrors every line, so that the sum of both entries is zero', () => {
    fc.assert(
      fc.property(won, (closing) => {
        const lines = payoutLines(computeInterest(account(closing), rules));
        const mirrored = reversePayout(lines);
        for (const [i, line] of lines.entries()) {
          expect(mirrored[i]).toEqual({ glCode: line.glCode, amount: -line.amount });
        }
        expect(sum([...lines, ...mirrored])).toBe(0n);
      }),
    );
  });
});
