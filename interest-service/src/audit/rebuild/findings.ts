import type { BankDate } from '../../domain/calendar.ts';

/** The kinds of findings of an audit, and their meaning. */
export const FINDINGS = {
  'no-opening': 'the account has no standing at its opening',
  'seq-gap': 'the history does not have every position from 1 to the last exactly once',
  'balance-after': 'the balance after an entry is not the sum of the entries up to it',
  overdrawn: 'the sum of the entries is below zero',
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
  'receipt-amounts': 'a receipt has other amounts than its entry',
  'receipt-period': 'the period of a receipt does not begin where the previous one ended',
  'receipt-interest': 'the interest of a receipt, computed again at its basis, is another amount',
  'receipt-ineligible': 'interest was paid although the standing forbade it',
  'movement-on-closed': 'an entry was posted after the account was closed',
  'reversal-mirror': 'a reversal has another amount than the payout with its corrections',
  'entries-without-account': 'entries, lines or receipts belong to an account that does not exist',
  'seal-missing': 'a sealed day is missing in the chain',
  'seal-digest': 'the digest of a sealed day, computed again, is another one',
  'seal-chain': 'a seal does not follow the one before it',
  'seal-anchor': 'the digest of a seal is not the one of --anchor',
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

/** Where in an account something was found. */
type Place = { seq?: bigint; businessDate?: BankDate };

/** Adds a finding about the account that is being checked. */
export type Report = (
  kind: FindingKind,
  place: Place,
  expected: string | bigint,
  found: string | bigint,
) => void;
