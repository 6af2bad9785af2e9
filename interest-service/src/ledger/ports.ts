import type { Asked, ProblemBody } from '@core-exit/bank-contract';
import type { AccountSnapshot, Interest, Refusal } from '../domain/interest.ts';
import type { Line } from '../domain/postings.ts';

/** A payout as it stands in the ledger, whichever core made it. */
export type Receipt = Omit<Interest, 'refusal' | 'accrual' | 'taxSteps'> & {
  payoutId: string;
  accountNo: string;
  customerId: string;
  channelKey: string;
  requestHash: string;
  memo: string | null;
  businessDate: string;
  basisSeq: bigint;
  balanceAfter: bigint;
  /** RFC 3339 with the KST offset. */
  paidAt: string;
};

/** What a payout adds to the ledger; sequence, balance and time come from the ledger itself. */
export type NewPayout = Omit<Receipt, 'balanceAfter' | 'paidAt'> & { lines: Line[] };

/** What a customer's key already stands for. */
export type EarlierReply =
  | { kind: 'paid'; receipt: Receipt }
  | { kind: 'refused'; requestHash: string; problem: ProblemBody };

/** A refusal as the reply of its key. */
export type NewRefusal = {
  asked: Asked & { customerId: string };
  channelKey: string;
  requestHash: string;
  account: AccountSnapshot;
  refusal: Refusal;
  problem: ProblemBody;
};

/**
 * One payout's transaction. The order of these calls is the safety: lock, then read in a new statement, then write.
 * `pay` and `refuse` commit what they write and are the last call; without either the transaction leaves nothing.
 */
export interface PayoutTransaction {
  /**
   * Locks the account row; then reads, in a statement that begins when the lock is won, the account as it is now, the
   * reply its customer's key already has, and the id of the payout that may follow. Null when this customer has no such
   * account. Throws {@link AccountBusy} after a bounded wait.
   */
  lockAndRead(
    accountNo: string,
    customerId: string,
    channelKey: string,
  ): Promise<{ account: AccountSnapshot; earlier: EarlierReply | null; payoutId: string } | null>;
  /** Writes receipt, entry, head, day balance and outbox row. */
  pay(payout: NewPayout): Promise<{ balanceAfter: bigint; paidAt: string }>;
  /** Keeps a refusal as the reply of its key, and every reason of it for the audit. */
  refuse(refused: NewRefusal): Promise<void>;
}

/** What auditors ask for later. Never rejects: the answer to the caller does not depend on it. */
export interface Audit {
  /** Somebody asked for an account that is not theirs. */
  foreignAccount(asked: Asked): Promise<void>;
}

export interface Ledger {
  /**
   * Runs `work` in one READ COMMITTED transaction. Runs it again, whole, when the database asks for that
   * (serialisation failure, deadlock, or a unique key that another transaction took first).
   * Throws {@link AccountBusy}, {@link LedgerUnavailable}, {@link CommitOutcomeUnknown}.
   */
  payout<T>(accountNo: string, work: (tx: PayoutTransaction) => Promise<T>): Promise<T>;
  /** Owner and last position of an account, and the bank's date. */
  head(accountNo: string): Promise<{ customerId: string; ledgerSeq: bigint; businessDate: string } | null>;
  /** Receipts of an account, newest first. */
  receipts(accountNo: string, limit: number): Promise<Receipt[]>;
  receipt(accountNo: string, payoutId: string): Promise<Receipt | null>;
  /** The account as it is now, without a lock. */
  accountNow(accountNo: string): Promise<AccountSnapshot | null>;
  /** The account as of a basis: its history folded up to there. */
  accountAsOf(
    accountNo: string,
    basis: { businessDate: string; ledgerSeq: bigint },
  ): Promise<AccountSnapshot | 'no-account' | 'no-basis'>;
}

/** Another transaction holds the account. The caller should come back after a second. */
export class AccountBusy extends Error {
  readonly code = 'ACCOUNT_BUSY';
  override name = 'AccountBusy';
}

/** The ledger cannot be reached or refused to work; nothing was written. Look at the database's log and its disk. */
export class LedgerUnavailable extends Error {
  readonly code = 'LEDGER_UNAVAILABLE';
  override name = 'LedgerUnavailable';
}

/** The connection was lost around COMMIT: paid or not paid. Asking again with the same key tells. */
export class CommitOutcomeUnknown extends Error {
  readonly code = 'COMMIT_OUTCOME_UNKNOWN';
  override name = 'CommitOutcomeUnknown';
}
