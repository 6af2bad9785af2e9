import type { AccountHistory } from '../../ledger/history.ts';
import type { Report } from './findings.ts';
import { closingsOf, paidThroughAt } from './rebuild.ts';

/** Compares head and end-of-day balances with the history. */
export function checkHead(history: AccountHistory, balance: bigint, report: Report): void {
  const { head, entries, standings } = history;
  const last = [entries.at(-1)?.seq ?? 0n, standings.at(-1)?.seq ?? 0n].reduce((a, b) => (a > b ? a : b));
  if (head.balance !== balance) report('head-balance', {}, balance, head.balance);
  if (head.lastSeq !== last) report('head-seq', {}, last, head.lastSeq);
  const paidThrough = paidThroughAt(history, last);
  if (head.paidThrough !== paidThrough) report('head-paid-through', {}, paidThrough, head.paidThrough);
  checkClosings(history, report);
}

/** Compares each day that has a movement with its row, and reports rows of days without a movement. */
function checkClosings({ entries, closings }: AccountHistory, report: Report): void {
  const due = new Map(closingsOf(entries).map(({ from, closing }) => [from, closing]));
  for (const { day, closing } of closings) {
    const expected = due.get(day);
    due.delete(day);
    if (expected !== closing) report('closing', { businessDate: day }, expected ?? 'no movement', closing);
  }
  for (const [day, closing] of due) report('closing', { businessDate: day }, closing, 'no row');
}
