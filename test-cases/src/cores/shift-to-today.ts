import { addDays, daysBetween } from '../row/dates.ts';
import type { Case } from '../row/row.ts';
import type { LedgerAccount } from './ledger-account.ts';

/** One row in so many is paid. */
const ONE_IN = 50;

/** Day counts with equal days, on which a move in time cannot change the interest. */
const SHIFTABLE_DAY_COUNTS = new Set(['ACT/365F', 'ACT/360']);

/**
 * The account of a row, moved in time so that its payout is today. Null if the move could change the answer: another day
 * count, or a tax class whose rules differ between the two days.
 */
export function movedToToday(one: Case, account: LedgerAccount, today: string): LedgerAccount | null {
  if (
    one.kind === 'day count' ||
    account.paidOn !== null ||
    !SHIFTABLE_DAY_COUNTS.has(account.product.dayCount)
  )
    return null;
  if (one.kind === 'payout' && one.row.given.repeatDaily === true) return null;
  if (taxEra(account, account.businessDate) !== taxEra(account, today)) return null;
  const days = daysBetween(account.businessDate, today);
  const move = (day: string) => addDays(day, days);
  return {
    ...account,
    openedOn: move(account.openedOn),
    businessDate: today,
    movements: account.movements.map((movement) => ({
      ...movement,
      valueDate: move(movement.valueDate),
      postedOn: move(movement.postedOn),
    })),
    product: {
      ...account.product,
      rates: account.product.rates.map(({ from, tiers }) => ({ from: move(from), tiers })),
    },
  };
}

/** Co-operative deposits have new rules in 2026 and 2027 (조세특례제한법 89조의3); the rules of the other classes are the same. */
function taxEra({ standing }: LedgerAccount, day: string): string {
  if (standing.taxClass !== 'cooperative') return 'always';
  return day < '2026-01-01' ? 'to 2025' : day < '2027-01-01' ? '2026' : 'from 2027';
}

/** The first and then every fiftieth of the rows that can be moved. */
export function sampled<T>(movable: readonly T[]): T[] {
  return movable.filter((_, i) => i % ONE_IN === 0);
}
