import type { BankDate } from '../../domain/calendar.ts';
import type { AccountHistory, Products } from '../../ledger/history.ts';
import { checkEntries } from './check-entries.ts';
import { checkHead } from './check-head.ts';
import { checkReceipts, type Recomputed, type RuleBook } from './check-receipts.ts';
import type { Finding, Report } from './findings.ts';

export type AccountCheck = Recomputed & { findings: Finding[]; balance: bigint };

/**
 * Rebuilds one account from its entries alone and compares it with everything else in the books. `isPresent`: the history
 * reaches the present, so that head and end-of-day balances must fit it as well.
 */
export function checkAccount(
  history: AccountHistory,
  products: Products,
  rules: RuleBook,
  isPresent: boolean,
): AccountCheck {
  const findings: Finding[] = [];
  const report: Report = (kind, { seq = null, businessDate = null }, expected, found) => {
    findings.push({
      kind,
      accountNo: history.accountNo,
      seq,
      businessDate,
      expected: String(expected),
      found: String(found),
    });
  };
  const balance = checkEntries(history, report);
  if (isPresent) checkHead(history, balance, report);
  checkClosed(history, report);
  const counts = checkReceipts(history, products, rules, report);
  return { findings, balance, ...counts };
}

/** History from another system has only its last standing, so its entries may seem to move a closed account. */
function checkClosed({ entries, standings }: AccountHistory, report: Report): void {
  for (const entry of entries) {
    if (entry.takenOver) continue;
    const before = standings.findLast(({ seq }) => seq < entry.seq);
    if (before?.standing.accountStatus === 'closed')
      report('movement-on-closed', entry, `none after ${before.seq}`, `${entry.kind} of ${entry.amount}`);
  }
}

/** The history as it was at the end of a business date. */
export function historyThrough(history: AccountHistory, day: BankDate): AccountHistory {
  const byThen = <T extends { businessDate: BankDate }>(rows: readonly T[]) =>
    rows.filter(({ businessDate }) => businessDate <= day);
  const entries = byThen(history.entries);
  const lastSeq = entries.at(-1)?.seq ?? 0n;
  const nextSeq = history.entries[entries.length]?.seq ?? null;
  return {
    ...history,
    entries,
    // A change of standing counts with the entries around it.
    standings: history.standings.filter(({ seq }) => nextSeq === null || seq < nextSeq || seq <= lastSeq),
    receipts: byThen(history.receipts),
    reversals: byThen(history.reversals),
    corrections: byThen(history.corrections),
  };
}
