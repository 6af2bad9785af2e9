import { hash } from 'node:crypto';
import type { BankDate } from '../../domain/calendar.ts';

/**
 * The canonical form over which a digest is computed. Later columns belong to a new form, because a seal is checked in the
 * form in which it was made.
 */
const SEAL_FORM = 1;

/** One digest of everything that the ledger got on the days after `previous` up to `businessDate`. */
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

/** The facts of one account on those days: their number, and the SHA-256 of their canonical text. */
export type Stratum = { accountNo: string; facts: number; digest: string };

/** A digest under way. Accounts are added in ascending order, one hash each, so the work can stop and continue anywhere. */
export type OpenSeal = Seal & { after: string };

export function openSeal(businessDate: BankDate, previous: Seal['previous']): OpenSeal {
  const digest = sha256(
    `form ${SEAL_FORM}\nday ${businessDate}\nafter ${previous?.businessDate} ${previous?.digest}`,
  );
  return { businessDate, form: SEAL_FORM, accounts: 0n, facts: 0n, digest, previous, after: '' };
}

export function addFacts(seal: OpenSeal, { accountNo, facts, digest }: Stratum): OpenSeal {
  if (accountNo <= seal.after)
    throw new RangeError(`accounts must ascend in a seal: ${accountNo} came after ${seal.after}`);
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
