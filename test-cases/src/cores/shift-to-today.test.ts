import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCases } from '../load/load.ts';
import { accountOf, type LedgerAccount } from './ledger-account.ts';
import { movedToToday } from './shift-to-today.ts';

const golden = loadCases([fileURLToPath(new URL('../../cases/golden', import.meta.url))]);
const accountIn = (id: string) => {
  const one = golden.find(({ row }) => row.id === id);
  if (one === undefined) throw new Error(`no golden row ${id}`);
  return { one, account: accountOf(one) };
};
const moved = (id: string, today: string) => {
  const { one, account } = accountIn(id);
  return movedToToday(one, account as LedgerAccount, today);
};

describe('a row moved to today', () => {
  it('has every day moved by the same distance', () => {
    expect(moved('published-change-2022-12-13', '2026-11-21')).toMatchObject({
      openedOn: '2026-11-16',
      businessDate: '2026-11-21',
      movements: [{ valueDate: '2026-11-16' }],
      product: { rates: [{ from: '2025-09-06' }, { from: '2026-11-18' }] },
    });
  });

  it.each([
    ['days-leap-day-ACT-ACT', '2026-11-21', 'the year would change'],
    ['days-30-to-31-360', '2026-11-21', 'months differ'],
    ['class-cooperative-2025-12-31', '2026-11-21', 'the tax rules are others'],
    ['dc-ACT-365F-2026-01-01-2027-01-01', '2026-11-21', 'a day count is no payout'],
    ['published-year-of-daily-payouts', '2026-11-21', 'a year of payouts takes a year'],
  ])('is none for %s: %s, %s', (id, today) => {
    expect(moved(id, today)).toBeNull();
  });

  it('may be a co-operative deposit under the same rules', () => {
    expect(moved('class-cooperative-2026-01-01', '2026-11-21')).not.toBeNull();
  });
});

describe('what a won ledger cannot hold', () => {
  it('is reported with the reason', () => {
    expect(accountIn('rounding-cents-balance').account).toEqual({
      reason: 'a won ledger has no decimals (rounding.scale above 0)',
    });
    expect(accountIn('tax-resident-2026-01-02-9007199254740993').account).toEqual({
      reason: 'the ledger does not hold amounts of more than 18 digits',
    });
  });
});
