import type { InterestCorrected } from '@core-exit/bank-contract';
import { type Correction, correctPaidPeriod } from '../domain/correction.ts';
import { type AccountSnapshot, computeInterest } from '../domain/interest.ts';
import type { PayoutAmounts } from '../domain/postings.ts';
import type { TaxRules } from '../domain/tax.ts';
import type { LockedAccount, StandingPayout } from '../ledger/standing-payout.ts';
import { interestCorrected } from '../ledger/tax-event.ts';

/** A payout whose paid period was changed by later movements; `movementSeq` is the last of them. */
export type AffectedPayout = StandingPayout & { movementSeq: bigint };

export type NewCorrection = {
  correctionId: string;
  accountNo: string;
  payout: AffectedPayout;
  account: LockedAccount;
  /** Null: the period has the same interest as before. That is stored as well, so that no later run computes it again. */
  posted: { difference: Correction; event: InterestCorrected } | null;
};

/** The corrections of one account: lock, then read in a new statement, then write. */
export interface CorrectionTransaction {
  lockAccount(accountNo: string): Promise<LockedAccount | null>;
  /** Standing payouts with back-dated movements that are not accounted for yet, oldest first. */
  affected(accountNo: string): Promise<AffectedPayout[]>;
  accountAsOf(accountNo: string, businessDate: string, ledgerSeq: bigint): Promise<AccountSnapshot>;
  /** Writes entry, head, day balance, correction and outbox row. Returns the account as it is afterwards. */
  writeCorrection(correction: NewCorrection): Promise<LockedAccount>;
}

export type CorrectionDependencies = {
  transaction<T>(work: (tx: CorrectionTransaction) => Promise<T>): Promise<T>;
  /** The rules of a version, as receipts name it; null: not on file. */
  taxRulesOf: (version: string) => TaxRules | null;
  newId: () => string;
};

/** Why a correction waits, and what the operator does about it. */
export const PENDING = {
  BALANCE_TOO_LOW: 'claim the amount from the holder; the next run posts it once the balance covers it',
  ACCOUNT_CLOSED: 'settle it with the former holder outside of this system',
  RULES_NOT_ON_FILE: 'put the tax rules of that version beside TAX_RULES_FILE and run again',
  NOT_REPRODUCIBLE:
    'the receipt does not follow from its own basis: find the cause, and reverse the payout if it is wrong',
} as const;
type PendingReason = keyof typeof PENDING;

/** The result for one affected payout. */
export type Corrected = { payoutId: string; movementSeq: bigint } & (
  | { kind: 'posted'; difference: PayoutAmounts }
  | { kind: 'same' }
  | { kind: 'pending'; reason: PendingReason; difference: PayoutAmounts | null }
);

/**
 * Posts the difference for each paid period of an account that back-dated movements have changed: today, linked to the
 * receipt, under the rules of the original day of payment. Receipts stay as they are.
 */
export async function correctAccount(
  deps: CorrectionDependencies,
  accountNo: string,
  { dryRun }: { dryRun: boolean },
): Promise<Corrected[] | 'no-account'> {
  return await deps.transaction(async (tx) => {
    let account = await tx.lockAccount(accountNo);
    if (account === null) return 'no-account';
    const done: Corrected[] = [];
    // A new statement, because it must see what was committed during the wait for the lock.
    for (const payout of await tx.affected(accountNo)) {
      const { outcome, difference } = await judge(deps, tx, accountNo, account, payout);
      done.push(outcome);
      if (outcome.kind === 'pending') continue;
      const write = { correctionId: deps.newId(), accountNo, payout, account };
      if (dryRun) account = { ...account, balance: account.balance + (difference?.net ?? 0n) };
      else account = await tx.writeCorrection({ ...write, posted: difference && posted(write, difference) });
    }
    return done;
  });
}

type Judged = { outcome: Corrected; difference: Correction | null };

async function judge(
  deps: CorrectionDependencies,
  tx: CorrectionTransaction,
  accountNo: string,
  account: LockedAccount,
  payout: AffectedPayout,
): Promise<Judged> {
  const { payoutId, movementSeq, businessDate } = payout;
  const pending = (reason: PendingReason, difference: Correction | null = null): Judged => ({
    outcome: {
      kind: 'pending',
      payoutId,
      movementSeq,
      reason,
      difference: difference && amountsOf(difference),
    },
    difference: null,
  });
  const rules = deps.taxRulesOf(payout.taxRuleVersion);
  if (rules === null) return pending('RULES_NOT_ON_FILE');

  const asPaid = await tx.accountAsOf(accountNo, businessDate, payout.basisSeq);
  if (!isSame(computeInterest(asPaid, rules), payout.receipt)) return pending('NOT_REPRODUCIBLE');

  const { closings } = await tx.accountAsOf(accountNo, businessDate, movementSeq);
  const difference = correctPaidPeriod(payout, { ...asPaid, closings }, rules);
  if (difference === null) return { outcome: { kind: 'same', payoutId, movementSeq }, difference };
  if (account.isClosed) return pending('ACCOUNT_CLOSED', difference);
  if (account.balance + difference.net < 0n) return pending('BALANCE_TOO_LOW', difference);
  return {
    outcome: { kind: 'posted', payoutId, movementSeq, difference: amountsOf(difference) },
    difference,
  };
}

function posted(
  { correctionId, accountNo, account, payout }: Omit<NewCorrection, 'posted'>,
  difference: Correction,
): NewCorrection['posted'] {
  return { difference, event: interestCorrected(correctionId, accountNo, account, payout, difference) };
}

function amountsOf({ gross, incomeTax, localTax, farmTax, net }: PayoutAmounts): PayoutAmounts {
  return { gross, incomeTax, localTax, farmTax, net };
}

function isSame(a: PayoutAmounts, b: PayoutAmounts): boolean {
  return (
    a.gross === b.gross &&
    a.incomeTax === b.incomeTax &&
    a.localTax === b.localTax &&
    a.farmTax === b.farmTax &&
    a.net === b.net
  );
}
