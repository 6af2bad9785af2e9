import type { AccountHistory, Products } from '../../ledger/history.ts';
import { checkAccount } from '../rebuild/check-account.ts';
import type { RuleBook } from '../rebuild/check-receipts.ts';
import { type Anomaly, anomaliesOf, type EntryFacts } from './anomalies.ts';

/** What was committed at an instant: a snapshot, because neither ids nor times are in the order of commits. */
type Position = string;
type EntryKey = { accountNo: string; seq: bigint };

export interface LiveLedger {
  position(): Promise<Position>;
  /** Entries committed after `from` and not after `to`, by account and seq. */
  entries(from: Position, to: Position, after: EntryKey | null, limit: number): Promise<EntryFacts[]>;
  products(): Promise<Products>;
  /** The next accounts after one; none: the end. */
  histories(after: string, limit: number): Promise<AccountHistory[]>;
  /** Receipts of this core, of today and yesterday, that the tax book does not have. */
  openTaxPostings(): Promise<OpenTax[]>;
  /** Those of the given that the tax book does not have yet. */
  stillOpen(payoutIds: string[]): Promise<string[]>;
}

type OpenTax = { payoutId: string; accountNo: string; seq: bigint };

/** What one look saw. */
export type Look = {
  entries: number;
  anomalies: Anomaly[];
  swept: number;
  /** The rotation over all accounts came to its end. */
  wentRound: boolean;
};

/** A page of entries with their facts is about 2 MB. */
const PAGE_ENTRIES = 2_000;
/** Some 20 ms of work a look: a million accounts go round in an hour and a half. */
const SWEEP_ACCOUNTS = 200;

export type WatchOptions = {
  rules: RuleBook;
  now: () => number;
  /** A receipt may be without its tax posting for so long. */
  taxWithinMs: number;
};

/**
 * Looks at what changed since the last look, and at the next accounts of a rotation over all: what was edited in old
 * rows changes nothing that a look would see.
 */
export async function startWatch(ledger: LiveLedger, options: WatchOptions): Promise<() => Promise<Look>> {
  let position = await ledger.position();
  let sweptTo = '';
  const tax = taxWatch(ledger, options);
  await tax.begin();
  return async () => {
    const swept = await ledger.histories(sweptTo, SWEEP_ACCOUNTS);
    const anomalies = await sweep(swept, ledger, options.rules);
    const to = await ledger.position();
    let entries = 0;
    for (let after: EntryKey | null = null; ; ) {
      const page: EntryFacts[] = await ledger.entries(position, to, after, PAGE_ENTRIES);
      for (const entry of page) anomalies.push(...anomaliesOf(entry));
      tax.expect(page);
      entries += page.length;
      after = page.at(-1) ?? null;
      if (page.length < PAGE_ENTRIES) break;
    }
    anomalies.push(...(await tax.overdue()));
    // Only now: a look that failed anywhere is repeated whole.
    position = to;
    const wentRound = swept.length < SWEEP_ACCOUNTS;
    sweptTo = wentRound ? '' : (swept.at(-1)?.accountNo ?? '');
    return { entries, anomalies, swept: swept.length, wentRound };
  };
}

/** The audit of a few accounts: one anomaly for each kind of finding and account. */
async function sweep(
  histories: readonly AccountHistory[],
  ledger: Pick<LiveLedger, 'products'>,
  rules: RuleBook,
): Promise<Anomaly[]> {
  if (histories.length === 0) return [];
  const products = await ledger.products();
  return histories.flatMap((history) =>
    checkAccount(history, products, rules, true).findings.map(
      ({ kind, seq, accountNo }): Anomaly => ({
        kind: 'books-do-not-fit',
        accountNo: accountNo ?? '',
        seq: seq ?? 0n,
        found: kind,
      }),
    ),
  );
}

/** Receipts whose tax posting is due, in memory: after a restart the books say which they are. */
function taxWatch(ledger: LiveLedger, { now, taxWithinMs }: WatchOptions) {
  const waiting = new Map<string, OpenTax & { since: number }>();
  const wait = (open: OpenTax) => waiting.set(open.payoutId, { ...open, since: now() });
  return {
    async begin(): Promise<void> {
      for (const open of await ledger.openTaxPostings()) wait(open);
    },
    expect(page: readonly EntryFacts[]): void {
      for (const { receipt, takenOver, accountNo, seq } of page)
        if (receipt?.core === 'new' && !takenOver) wait({ payoutId: receipt.payoutId, accountNo, seq });
    },
    /** In the order of their coming, so the first that is young ends it. */
    async overdue(): Promise<Anomaly[]> {
      const due: OpenTax[] = [];
      for (const open of waiting.values()) {
        if (now() - open.since < taxWithinMs || due.length === PAGE_ENTRIES) break;
        due.push(open);
      }
      if (due.length === 0) return [];
      const missing = new Set(await ledger.stillOpen(due.map(({ payoutId }) => payoutId)));
      for (const { payoutId } of due) waiting.delete(payoutId);
      return due
        .filter(({ payoutId }) => missing.has(payoutId))
        .map(({ payoutId, accountNo, seq }) => ({
          kind: 'tax-posting-missing',
          accountNo,
          seq,
          found: payoutId,
        }));
    },
  };
}
