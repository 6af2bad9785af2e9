import { createHash } from 'node:crypto';
import type { CoreAnswer, InterestReversed, Reversal, ReversalRequest } from '@core-exit/bank-contract';
import { IRREVERSIBLE, type IrreversibleReason, problem } from '@core-exit/bank-contract';
import { reversePayout } from '../domain/correction.ts';
import type { Line, PayoutAmounts } from '../domain/postings.ts';
import { reversalBody } from '../ledger/answers.ts';
import type { LockedAccount, StandingPayout } from '../ledger/standing-payout.ts';
import { interestReversed } from '../ledger/tax-event.ts';

/** An operator's question. The key is the operator's own. */
type AskedByOperator = { operatorId: string; accountNo: string; payoutId: string; traceId: string };

/** A reversal as it stands in the ledger; the idempotent reply. Amounts are what was taken back, without a sign. */
export type StoredReversal = PayoutAmounts & {
  reversalId: string;
  payoutId: string;
  accountNo: string;
  requestHash: string;
  reason: string;
  businessDate: string;
  period: { from: string; to: string };
  basisSeq: bigint;
  balanceAfter: bigint;
  lines: Line[];
  reversedAt: string;
};

export type NewReversal = {
  reversalId: string;
  payout: StandingPayout;
  account: LockedAccount;
  asked: AskedByOperator;
  operatorKey: string;
  requestHash: string;
  reason: string;
  /** The mirror of the payout's lines. */
  lines: Line[];
  event: InterestReversed;
};

/** One reversal's transaction. As in a payout: lock, then read in a new statement, then write. */
export interface ReversalTransaction {
  lockAccount(accountNo: string): Promise<LockedAccount | null>;
  /** What this operator's key already stands for. */
  reversalByKey(operatorId: string, key: string): Promise<StoredReversal | null>;
  payout(accountNo: string, payoutId: string): Promise<StandingPayout | null>;
  /** Writes reversal, entry, head, day balance and outbox row. */
  writeReversal(reversal: NewReversal): Promise<void>;
}

export type ReversalDependencies = {
  /** Runs `work` in one transaction, again as a whole when the database asks for it. */
  transaction<T>(work: (tx: ReversalTransaction) => Promise<T>): Promise<T>;
  /** Keeps who tried what in vain; what was done is in the reversal itself. Must not reject. */
  auditRefusal(asked: AskedByOperator, reason: string, outcome: string): Promise<void>;
  dropQuote: (accountNo: string, fromSeq: bigint) => Promise<void>;
  newId: () => string;
};

export type ReverseFlow = (
  asked: AskedByOperator,
  key: string,
  request: ReversalRequest,
) => Promise<CoreAnswer<{ reversal: Reversal; replayed: boolean }>>;

type Outcome =
  | { kind: 'no-account' }
  | { kind: 'no-payout' }
  | { kind: 'key reused' }
  | { kind: 'refused'; reason: IrreversibleReason; told: string }
  | { kind: 'reversed'; reversal: StoredReversal; replayed: boolean };

/**
 * Takes a payout back, whichever core made it: every line mirrored today, the period open again. The receipt stays;
 * its business date stays used, so the period is paid anew on a later day.
 */
export function reversalFlow(deps: ReversalDependencies): ReverseFlow {
  return async (asked, key, request) => {
    const outcome = await deps.transaction((tx) => reverse(deps, tx, asked, key, request.reason));
    if (outcome.kind === 'reversed') {
      await deps.dropQuote(asked.accountNo, outcome.reversal.basisSeq + 1n);
      return {
        ok: true,
        body: { reversal: reversalBody(outcome.reversal), replayed: outcome.replayed },
      };
    }
    const refusal = refusalOf(outcome);
    await deps.auditRefusal(asked, request.reason, refusal.reason ?? refusal.code);
    return { ok: false, problem: refusal };
  };
}

async function reverse(
  deps: ReversalDependencies,
  tx: ReversalTransaction,
  asked: AskedByOperator,
  operatorKey: string,
  reason: string,
): Promise<Outcome> {
  const hash = requestHash(asked, reason);
  const account = await tx.lockAccount(asked.accountNo);
  if (account === null) return { kind: 'no-account' };

  // New statements: they must see what was committed while the lock was waited for.
  const earlier = await tx.reversalByKey(asked.operatorId, operatorKey);
  if (earlier !== null) return replay(earlier, hash);
  const payout = await tx.payout(asked.accountNo, asked.payoutId);
  if (payout === null) return { kind: 'no-payout' };
  const objection = objectionTo(payout, account);
  if (objection !== null)
    return { kind: 'refused', reason: objection, told: told(objection, payout, account) };

  const reversalId = deps.newId();
  await tx.writeReversal({
    reversalId,
    payout,
    account,
    asked,
    operatorKey,
    requestHash: hash,
    reason,
    lines: reversePayout(payout.lines),
    event: interestReversed(reversalId, asked.accountNo, account, payout),
  });
  const reversal = await tx.reversalByKey(asked.operatorId, operatorKey);
  if (reversal === null) throw new Error(`reversal ${reversalId} was not written`);
  return { kind: 'reversed', reversal, replayed: false };
}

/** Holds do not stand against it: the bank undoes its own entry. A closed account takes no entries at all. */
function objectionTo(payout: StandingPayout, account: LockedAccount): IrreversibleReason | null {
  if (payout.isReversed) return 'ALREADY_REVERSED';
  if (payout.laterPayoutId !== null) return 'LATER_PAYOUT_STANDS';
  if (payout.gross === 0n) return 'NOTHING_LEFT';
  if (account.isClosed) return 'ACCOUNT_CLOSED';
  return account.balance < payout.net ? 'BALANCE_TOO_LOW' : null;
}

function told(reason: IrreversibleReason, payout: StandingPayout, { balance }: LockedAccount): string {
  const next = `next: ${IRREVERSIBLE[reason]}`;
  if (reason === 'LATER_PAYOUT_STANDS') return `payout ${payout.laterPayoutId} is later; ${next}`;
  if (reason === 'BALANCE_TOO_LOW') return `${payout.net} won due, ${balance} there; ${next}`;
  return next;
}

function replay(earlier: StoredReversal, hash: string): Outcome {
  return earlier.requestHash === hash
    ? { kind: 'reversed', reversal: earlier, replayed: true }
    : { kind: 'key reused' };
}

function refusalOf(outcome: Exclude<Outcome, { kind: 'reversed' }>) {
  switch (outcome.kind) {
    case 'no-account':
      return problem('ACCOUNT_NOT_FOUND');
    case 'no-payout':
      return problem('PAYOUT_NOT_FOUND');
    case 'key reused':
      return problem('IDEMPOTENCY_KEY_REUSED');
    case 'refused':
      return problem('NOT_REVERSIBLE', { reason: outcome.reason, detail: outcome.told });
  }
}

/** What a key stands for: the payout and the reason given. */
function requestHash({ accountNo, payoutId }: AskedByOperator, reason: string): string {
  return createHash('sha256').update(`${accountNo}\n${payoutId}\n${reason}`).digest('hex');
}
