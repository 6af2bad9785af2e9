import { isBankDate } from '@core-exit/bank-contract';
import { badArguments } from '../../command/arguments.ts';

import type { Anchors } from './check-seals.ts';

export const AUDIT_HELP = `Rebuilds accounts from their entries alone and compares the rest of the books with them.

  npm run interest -- audit                       all accounts, the books as they are now
  npm run interest -- audit --at 2026-11-20       all accounts as they were at the end of that business date
  npm run interest -- audit --account 100200000001 [--at 2026-11-20 | --at 12 | --at 12/2026-11-20]
                                                  one account, with its state at that date, entry or basis

Compared: positions, balances after each entry, double-entry lines, heads, end-of-day balances, receipts (interest and
taxes computed again at their own basis), reversals, one payout a day, standings; and the chain of sealed days.

  --json              one JSON document on standard output
  --resume FILE       stores the progress in FILE; if FILE exists, the audit continues from there
  --anchor DATE=HEX   a digest that was printed when that day was sealed; several with commas between
  --help

DATABASE_URL: role auditor; the audit writes nothing. Exit code 0: no findings. 1: findings. 2: the audit was stopped (with
--resume, run it again). 3: the command line or the environment is not valid.
`;

export type At =
  | { kind: 'now' }
  | { kind: 'day'; businessDate: string }
  | { kind: 'seq'; ledgerSeq: bigint }
  | { kind: 'basis'; businessDate: string; ledgerSeq: bigint };

export type AuditArguments =
  | { kind: 'account'; accountNo: string; at: At; json: boolean }
  | { kind: 'all'; through: string | null; json: boolean; resume: string | null; anchors: Anchors };

export const AUDIT_OPTIONS = {
  account: { type: 'string' },
  at: { type: 'string' },
  json: { type: 'boolean' },
  resume: { type: 'string' },
  anchor: { type: 'string' },
} as const;

type Given = {
  account?: string | undefined;
  at?: string | undefined;
  json?: boolean | undefined;
  resume?: string | undefined;
  anchor?: string | undefined;
};

/** Throws {@link BadInput}. */
export function auditArguments({ account, json = false, resume, anchor, ...given }: Given): AuditArguments {
  const at = given.at === undefined ? ({ kind: 'now' } as const) : readAt(given.at);
  if (account !== undefined) {
    if (!/^[0-9]{12}$/.test(account)) throw badArguments('--account must be an account number of 12 digits');
    if (resume !== undefined || anchor !== undefined)
      throw badArguments('--resume and --anchor are for all accounts, not for one');
    return { kind: 'account', accountNo: account, at, json };
  }
  if (at.kind !== 'now' && at.kind !== 'day')
    throw badArguments('--at must be a date; a position belongs to one account (--account)');
  const through = at.kind === 'day' ? at.businessDate : null;
  return { kind: 'all', through, json, resume: resume ?? null, anchors: readAnchors(anchor) };
}

function readAt(text: string): At {
  const [first = '', date, ...rest] = text.split('/');
  if (date === undefined && isBankDate(first)) return { kind: 'day', businessDate: first };
  if (/^[0-9]{1,18}$/.test(first) && rest.length === 0) {
    const ledgerSeq = BigInt(first);
    if (date === undefined) return { kind: 'seq', ledgerSeq };
    if (isBankDate(date)) return { kind: 'basis', businessDate: date, ledgerSeq };
  }
  throw badArguments('--at must be a date, an entry or both: 2026-11-20, 12 or 12/2026-11-20');
}

function readAnchors(text: string | undefined): Anchors {
  return new Map(
    (text?.split(',') ?? []).map((text) => {
      const [date = '', digest = ''] = text.split('=');
      if (!isBankDate(date) || !/^[0-9a-f]{64}$/.test(digest))
        throw badArguments('--anchor must be a date and a digest: 2026-11-20=<64 hex digits>');
      return [date, digest] as const;
    }),
  );
}
