import type { AccountHistory } from '../../ledger/history.ts';
import type { AccountCheck } from './check-account.ts';
import type { Finding, FindingKind } from './findings.ts';

/** This many findings are listed one by one; all are counted. */
const MAX_LISTED = 1_000;

/** The results of an audit so far. Plain values, so that they can be stored in a file and continued from there. */
export type Tally = {
  accounts: number;
  entries: number;
  receipts: { total: number; recomputed: number; ofOtherRules: Record<string, number> };
  balances: string;
  /** Sums of the lines by general-ledger account, in won. All of them together are zero. */
  trialBalance: Record<string, string>;
  sealedDays: number;
  counts: Partial<Record<FindingKind, number>>;
  findings: (Omit<Finding, 'seq'> & { seq: string | null })[];
};

export function emptyTally(): Tally {
  return {
    accounts: 0,
    entries: 0,
    receipts: { total: 0, recomputed: 0, ofOtherRules: {} },
    balances: '0',
    trialBalance: {},
    sealedDays: 0,
    counts: {},
    findings: [],
  };
}

export function addFindings(tally: Tally, findings: readonly Finding[]): void {
  for (const finding of findings) {
    tally.counts[finding.kind] = (tally.counts[finding.kind] ?? 0) + 1;
    if (tally.findings.length < MAX_LISTED)
      tally.findings.push({ ...finding, seq: finding.seq === null ? null : String(finding.seq) });
  }
}

/** Adds a chunk of accounts with the findings in them. */
export function addAccounts(
  tally: Tally,
  checked: readonly { history: AccountHistory; check: AccountCheck }[],
): void {
  let balances = BigInt(tally.balances);
  const sums = new Map(Object.entries(tally.trialBalance).map(([gl, sum]) => [gl, BigInt(sum)]));
  for (const { history, check } of checked) {
    tally.accounts += 1;
    tally.entries += history.entries.length;
    tally.receipts.total += history.receipts.length;
    tally.receipts.recomputed += check.recomputed;
    for (const version of check.ofOtherRules)
      tally.receipts.ofOtherRules[version] = (tally.receipts.ofOtherRules[version] ?? 0) + 1;
    balances += check.balance;
    for (const { lines } of history.entries)
      for (const { glCode, amount } of lines) sums.set(glCode, (sums.get(glCode) ?? 0n) + amount);
    addFindings(tally, check.findings);
  }
  tally.balances = String(balances);
  tally.trialBalance = Object.fromEntries([...sums].map(([gl, sum]) => [gl, String(sum)]));
}

export function findingsOf(tally: Tally): number {
  return Object.values(tally.counts).reduce((sum, count) => sum + count, 0);
}
