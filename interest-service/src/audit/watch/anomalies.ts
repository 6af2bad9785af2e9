import type { BankDate } from '../../domain/calendar.ts';
import { type Occasion, reasonsAgainst } from '../../domain/eligibility.ts';
import type { ProductTerms } from '../../domain/product.ts';
import type { Standing } from '../../domain/standing.ts';

/** Data that can never be in the books, by kind, with the meaning of each kind. */
export const ANOMALIES = {
  'interest-twice': 'interest was posted twice on a business date',
  'movement-on-closed': 'an entry was posted after the account was closed',
  'lines-do-not-sum': 'the lines of an entry do not sum to zero or do not carry its movement',
  'balance-not-fold': 'the balance after an entry is not the balance before it plus its movement',
  'head-not-history': 'the head of an account is not where its history ends',
  'closing-not-balance': 'the last end-of-day balance is not the balance of the account',
  'interest-without-receipt':
    'interest was posted without a receipt, or with another amount than the receipt',
  'payout-not-eligible': 'interest was paid although the standing forbade it',
  'sealed-day-intrusion': 'an entry was written to a day that was sealed before',
  'tax-posting-missing': 'a receipt of this core is not in the tax book: see interest-service reconcile',
  'books-do-not-fit':
    'an account rebuilt from its entries does not fit the books: see interest-service audit --account',
} as const;

export type AnomalyKind = keyof typeof ANOMALIES;

export type Anomaly = { kind: AnomalyKind; accountNo: string; seq: bigint; found: string };

/** An entry that was committed since the last check, with its surroundings in the ledger at the same instant. */
export type EntryFacts = {
  accountNo: string;
  seq: bigint;
  kind: string;
  amount: bigint;
  balanceAfter: bigint;
  businessDate: BankDate;
  /** Written together with the account's opening, by a system that had other rules. */
  takenOver: boolean;
  /** The balance after the previous entry; zero for the first entry. */
  balanceBefore: bigint;
  lines: { count: number; sum: bigint; customer: bigint };
  /** Earlier interest entries of the same business date. */
  interestBefore: number;
  head: { balance: bigint; lastSeq: bigint };
  /** The last position of entries and standings. */
  historyEnd: bigint;
  /** The last end-of-day balance; null: none. */
  lastClosing: bigint | null;
  /** The standing just before the entry; null: none. */
  standing: Standing | null;
  receipt: { payoutId: string; net: bigint; core: string; occasion: Occasion } | null;
  terms: Pick<ProductTerms, 'corporateAllowed' | 'paysUnderWithdrawalStop'> | null;
  /** Its day, or a later one, was sealed before the entry was written. */
  intruded: boolean;
};

/** The anomalies of one entry. By induction over the entries, a history without anomalies is right. */
export function anomaliesOf(entry: EntryFacts): Anomaly[] {
  const { accountNo, seq, head, lines } = entry;
  const found: Anomaly[] = [];
  const report = (kind: AnomalyKind, what: string) => found.push({ kind, accountNo, seq, found: what });
  if (lines.count === 0 || lines.sum !== 0n || lines.customer !== entry.amount)
    report('lines-do-not-sum', `${lines.count} lines sum to ${lines.sum}`);
  if (entry.balanceBefore + entry.amount !== entry.balanceAfter)
    report('balance-not-fold', 'balance before + movement is not balance after');
  if (head.lastSeq !== entry.historyEnd || (head.lastSeq === seq && head.balance !== entry.balanceAfter))
    report('head-not-history', `head at ${head.lastSeq}, history to ${entry.historyEnd}`);
  else if (head.lastSeq === seq && entry.lastClosing !== head.balance)
    report('closing-not-balance', entry.lastClosing === null ? 'no closing' : 'another amount');
  if (entry.intruded) report('sealed-day-intrusion', entry.businessDate);
  if (entry.kind === 'INTEREST' && entry.interestBefore > 0)
    report('interest-twice', `${entry.interestBefore + 1} on ${entry.businessDate}`);
  if (entry.kind === 'INTEREST' && entry.receipt?.net !== entry.amount)
    report('interest-without-receipt', entry.receipt === null ? 'no receipt' : 'another amount');
  // An account from another system has only its last standing.
  if (!entry.takenOver) found.push(...againstStanding(entry));
  return found;
}

function againstStanding({ accountNo, seq, kind, standing, receipt, terms }: EntryFacts): Anomaly[] {
  if (standing === null) return [];
  const found: Anomaly[] = [];
  if (standing.accountStatus === 'closed')
    found.push({ kind: 'movement-on-closed', accountNo, seq, found: kind });
  if (receipt !== null && terms !== null) {
    const reasons = reasonsAgainst(standing, terms, receipt.occasion);
    if (reasons.length > 0)
      found.push({ kind: 'payout-not-eligible', accountNo, seq, found: reasons.join(' ') });
  }
  return found;
}
