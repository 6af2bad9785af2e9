import type { BankDate } from '../../domain/calendar.ts';

/** What an audit can find, and what it says about the books. */
export const FINDINGS = {
  'no-opening': 'the account has no standing from its beginning on',
  'seq-gap': 'the history is not every position from 1 to the last, once each',
  'balance-after': 'the balance after an entry is not the sum of the entries up to it',
  overdrawn: 'the entries come to less than nothing',
  'lines-sum': 'the lines of an entry do not sum to zero',
  'lines-movement': 'the customer line of an entry is not its movement',
  'stray-lines': 'lines belong to an entry that does not exist',
  'head-balance': 'the balance of the account is not the sum of its entries',
  'head-seq': 'the last position of the account is not that of its history',
  'head-paid-through': 'the first day not paid is not that of the receipts',
  closing: 'an end-of-day balance is not the fold of the entries by value date',
  'paid-twice': 'interest was paid more than once on a business date',
  'entry-without-receipt': 'interest was posted without a receipt',
  'receipt-without-entry': 'a receipt has no entry',
  'receipt-amounts': 'a receipt is not what was posted',
  'receipt-period': 'a receipt does not begin where the one before ended',
  'receipt-interest': 'the interest of a receipt comes to something else, computed again at its basis',
  'receipt-ineligible': 'interest was paid although the standing forbade it',
  'movement-on-closed': 'an entry was posted after the account was closed',
  'reversal-mirror': 'a payout was taken back by another amount than it and its corrections stand at',
  'entries-without-account': 'entries, lines or receipts belong to an account that does not exist',
  'seal-missing': 'a sealed day is missing in the chain',
  'seal-digest': 'a sealed day does not come to its digest any more',
  'seal-chain': 'a seal does not follow the one before it',
  'seal-anchor': 'a seal is not the one that was told at the time',
} as const;

export type FindingKind = keyof typeof FINDINGS;

export type Finding = {
  kind: FindingKind;
  accountNo: string | null;
  seq: bigint | null;
  businessDate: BankDate | null;
  expected: string;
  found: string;
};
