import { hash } from 'node:crypto';
import type { BankDate } from '../../domain/calendar.ts';

/**
 * The canonical form a digest is computed over. Columns that come later belong to a new form: a seal is checked in the
 * form it was made in.
 */
const SEAL_FORM = 1;

/** Everything the ledger got on the days after `previous` up to `businessDate`, as one digest. */
export type Seal = {
  businessDate: BankDate;
  form: number;
  accounts: bigint;
  /** Entries, lines, receipts, reversals, corrections, standings. */
  facts: bigint;
  /** SHA-256, hex. */
  digest: string;
  previous: { businessDate: BankDate; digest: string } | null;
};

/** The facts of one account in those days: their number, and the SHA-256 of their canonical text. */
export type AccountFacts = { accountNo: string; facts: number; digest: string };

/** A digest on its way: accounts are added in ascending order, one hash each, so it can stop and go on anywhere. */
export type OpenSeal = Seal & { after: string };

export function openSeal(businessDate: BankDate, previous: Seal['previous']): OpenSeal {
  const digest = sha256(
    `form ${SEAL_FORM}\nday ${businessDate}\nafter ${previous?.businessDate} ${previous?.digest}`,
  );
  return { businessDate, form: SEAL_FORM, accounts: 0n, facts: 0n, digest, previous, after: '' };
}

export function addFacts(seal: OpenSeal, { accountNo, facts, digest }: AccountFacts): OpenSeal {
  if (accountNo <= seal.after)
    throw new RangeError(`facts of accounts must ascend: ${seal.after} ${accountNo}`);
  return {
    ...seal,
    accounts: seal.accounts + 1n,
    facts: seal.facts + BigInt(facts),
    digest: sha256(`${seal.digest} ${accountNo} ${digest}`),
    after: accountNo,
  };
}

export function closeSeal({ after: _after, ...seal }: OpenSeal): Seal {
  return seal;
}

const sha256 = (text: string): string => hash('sha256', text, 'hex');
