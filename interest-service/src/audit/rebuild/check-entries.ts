import type { AccountHistory, Entry } from '../../ledger/history.ts';
import type { Report } from './findings.ts';

/** Checks each entry and its place after the previous one: positions, balances, lines. Returns the sum of all. */
export function checkEntries(history: AccountHistory, report: Report): bigint {
  checkPositions(history, report);
  let balance = 0n;
  for (const entry of history.entries) {
    balance += entry.amount;
    if (entry.balanceAfter !== balance) report('balance-after', entry, balance, entry.balanceAfter);
    if (balance < 0n) report('overdrawn', entry, 'zero or more', balance);
    checkLines(entry, report);
  }
  for (const { seq, line } of history.strayLines)
    report('stray-lines', { seq }, 'an entry', `${line.glCode} ${line.amount}`);
  return balance;
}

/** Entries and changes of standing share one count; the first standing is 0. */
function checkPositions(history: AccountHistory, report: Report): void {
  if (history.standings[0]?.seq !== 0n) report('no-opening', {}, 'standing 0', 'none');
  const positions = [...history.entries, ...history.standings.filter(({ seq }) => seq !== 0n)]
    .map(({ seq }) => seq)
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [i, seq] of positions.entries()) {
    const due = BigInt(i) + 1n;
    if (seq === due) continue;
    report('seq-gap', { seq }, due, seq);
    return;
  }
}

function checkLines(entry: Entry, report: Report): void {
  let sum = 0n;
  let customer = 0n;
  for (const { glCode, amount } of entry.lines) {
    sum += amount;
    if (glCode === 'CUSTOMER_DEPOSIT') customer -= amount;
  }
  if (entry.lines.length === 0 || sum !== 0n)
    report('lines-sum', entry, '0', entry.lines.length === 0 ? 'no lines' : sum);
  if (customer !== entry.amount) report('lines-movement', entry, entry.amount, customer);
}
