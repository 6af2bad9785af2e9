import type { AccountSnapshot } from '../domain/interest.ts';

/** The head of an account, with the bank's date of the same instant. */
type AccountHead = { customerId: string; ledgerSeq: bigint; businessDate: string };

/** Reads accounts of the shared core ledger without a lock. Throws {@link LedgerUnavailable}. */
export interface Accounts {
  head(accountNo: string): Promise<AccountHead | null>;
  /** The account as it is now. */
  now(accountNo: string): Promise<AccountSnapshot | null>;
  /** The account as of a basis: its history folded up to that position. */
  asOf(
    accountNo: string,
    basis: { businessDate: string; ledgerSeq: bigint },
  ): Promise<AccountSnapshot | 'no-account' | 'no-basis'>;
}
