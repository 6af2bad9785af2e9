import type { Closing } from '../../domain/accrual.ts';
import type { BankDate } from '../../domain/calendar.ts';
import type { AccountSnapshot } from '../../domain/interest.ts';
import type { AccountHistory, Products } from '../../ledger/history.ts';

export type Basis = { businessDate: BankDate; ledgerSeq: bigint };

/** An account at a basis, rebuilt from its entries alone. */
export type Rebuilt = Omit<AccountSnapshot, 'terms' | 'rates'>;

/** Folds the history up to a basis, without head and end-of-day balances. Null: not opened yet. */
export function rebuild(history: AccountHistory, basis: Basis): Rebuilt | null {
  const upTo = <T extends { seq: bigint }>(rows: readonly T[]) =>
    rows.filter((row) => row.seq <= basis.ledgerSeq);
  const standing = upTo(history.standings).at(-1)?.standing;
  if (standing === undefined || basis.businessDate < history.openedOn) return null;
  const entries = upTo(history.entries);
  return {
    accountNo: history.accountNo,
    customerId: history.customerId,
    basis,
    balance: entries.reduce((sum, { amount }) => sum + amount, 0n),
    paidThrough: paidThroughAt(history, basis.ledgerSeq),
    paidToday: upTo(history.receipts).some((receipt) => receipt.businessDate === basis.businessDate),
    standing,
    closings: closingsOf(entries.filter((entry) => entry.valueDate < basis.businessDate)),
  };
}

/** The first day that is not paid yet. A payout moves it forward; a reversal moves it back to the beginning of that period. */
export function paidThroughAt(history: AccountHistory, ledgerSeq: bigint): BankDate {
  let last: { seq: bigint; day: BankDate } = { seq: -1n, day: history.openedOn };
  const follow = (seq: bigint, day: BankDate) => {
    if (seq > last.seq && seq <= ledgerSeq) last = { seq, day };
  };
  for (const { seq, period } of history.receipts) follow(seq, period.to);
  for (const { seq, reopenedFrom } of history.reversals) if (reopenedFrom !== null) follow(seq, reopenedFrom);
  return last.day;
}

/** End-of-day balances, computed from the movements by value date. */
export function closingsOf(entries: readonly { valueDate: BankDate; amount: bigint }[]): Closing[] {
  const moved = new Map<BankDate, bigint>();
  for (const { valueDate, amount } of entries) moved.set(valueDate, (moved.get(valueDate) ?? 0n) + amount);
  let closing = 0n;
  return [...moved]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, amount]) => {
      closing += amount;
      return { from, closing };
    });
}

/** The account as the domain computes with it. Null: the product has no terms in force on that day. */
export function snapshot(history: AccountHistory, products: Products, basis: Basis): AccountSnapshot | null {
  const rebuilt = rebuild(history, basis);
  const product = products.get(history.productCode);
  const terms = product?.terms.findLast(({ from }) => from <= basis.businessDate)?.terms;
  if (rebuilt === null || product === undefined || terms === undefined) return null;
  return { ...rebuilt, terms, rates: product.rates.filter(({ from }) => from < basis.businessDate) };
}

/** The basis at the end of a business date: everything that was posted by then. */
export function basisOfDay(history: AccountHistory, businessDate: BankDate): Basis {
  const lastEntry = history.entries.findLast((entry) => entry.businessDate <= businessDate)?.seq ?? 0n;
  return { businessDate, ledgerSeq: lastEntry };
}
