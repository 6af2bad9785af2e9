import type { AccountHistory, Products } from '../../ledger/history.ts';
import { checkAccount } from '../rebuild/check-account.ts';
import type { RuleBook } from '../rebuild/check-receipts.ts';
import { type Anomaly, anomaliesOf, type EntryFacts } from './anomalies.ts';

/** A snapshot of what is committed, because neither ids nor times ascend in the order of commits. */
type Position = string;
type EntryKey = { accountNo: string; seq: bigint };

export interface LiveLedger {
  position(): Promise<Position>;
  /** Entries committed after `from` and not after `to`, by account and seq. */
  entries(from: Position, to: Position, after: EntryKey | null, limit: number): Promise<EntryFacts[]>;
  products(): Promise<Products>;
  /** The next accounts after an account; an empty list: the end. */
  histories(after: string, limit: number): Promise<AccountHistory[]>;
  /** Receipts of this core, of today and yesterday, that have no tax posting yet. */
  openTaxPostings(): Promise<OpenTaxPosting[]>;
  /** Those of the given payouts that have no tax posting yet. */
  stillOpen(payoutIds: string[]): Promise<string[]>;
}

type OpenTaxPosting = { payoutId: string; accountNo: string; seq: bigint };

/** The result of one check. */
export type Check = {
  entries: number;
  anomalies: Anomaly[];
  rebuilt: number;
  /** The rotation over all accounts reached its end. */
  isRoundComplete: boolean;
};

/** A page of entries with their facts is about 2 MB. */
const PAGE_ENTRIES = 2_000;
/** About 20 ms of work in each check: a million accounts are rebuilt in an hour and a half. */
const REBUILT_ACCOUNTS = 200;

export type WatchOptions = {
  rules: RuleBook;
  now: () => number;
  /** A receipt may be without its tax posting for this long. */
  maxTaxDelayMs: number;
};

/**
 * Returns a function that checks the entries since the last check, and rebuilds the next accounts of a rotation over all
 * accounts. The rotation is needed because an edit of an old row makes no new entry.
 */
export async function startWatch(ledger: LiveLedger, options: WatchOptions): Promise<() => Promise<Check>> {
  let position = await ledger.position();
  let rebuiltTo = '';
  const taxPostings = taxPostingWatch(ledger, options);
  await taxPostings.begin();
  return async () => {
    const histories = await ledger.histories(rebuiltTo, REBUILT_ACCOUNTS);
    const anomalies = await rebuild(histories, ledger, options.rules);
    const to = await ledger.position();
    let entries = 0;
    for (let after: EntryKey | null = null; ; ) {
      const page: EntryFacts[] = await ledger.entries(position, to, after, PAGE_ENTRIES);
      for (const entry of page) anomalies.push(...anomaliesOf(entry));
      taxPostings.expect(page);
      entries += page.length;
      after = page.at(-1) ?? null;
      if (page.length < PAGE_ENTRIES) break;
    }
    anomalies.push(...(await taxPostings.overdue()));
    // At the end, so that a check which failed anywhere is repeated as a whole.
    position = to;
    const isRoundComplete = histories.length < REBUILT_ACCOUNTS;
    rebuiltTo = isRoundComplete ? '' : (histories.at(-1)?.accountNo ?? '');
    return { entries, anomalies, rebuilt: histories.length, isRoundComplete };
  };
}

/** The audit of a few accounts. Each finding is one anomaly. */
async function rebuild(
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

/** Receipts whose tax posting is due. They are in memory only, because after a restart they are read from the books. */
function taxPostingWatch(ledger: LiveLedger, { now, maxTaxDelayMs }: WatchOptions) {
  const open = new Map<string, OpenTaxPosting & { since: number }>();
  const add = (posting: OpenTaxPosting) => open.set(posting.payoutId, { ...posting, since: now() });
  return {
    async begin(): Promise<void> {
      for (const posting of await ledger.openTaxPostings()) add(posting);
    },
    expect(page: readonly EntryFacts[]): void {
      for (const { receipt, takenOver, accountNo, seq } of page)
        if (receipt?.core === 'new' && !takenOver) add({ payoutId: receipt.payoutId, accountNo, seq });
    },
    /** Postings are in the order in which they were added, so the first young one ends the search. */
    async overdue(): Promise<Anomaly[]> {
      const due: OpenTaxPosting[] = [];
      for (const posting of open.values()) {
        if (now() - posting.since < maxTaxDelayMs || due.length === PAGE_ENTRIES) break;
        due.push(posting);
      }
      if (due.length === 0) return [];
      const missing = new Set(await ledger.stillOpen(due.map(({ payoutId }) => payoutId)));
      for (const { payoutId } of due) open.delete(payoutId);
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
