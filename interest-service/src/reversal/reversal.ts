import { createHash } from 'node:crypto';
import type { CoreAnswer, InterestReversed, Reversal, ReversalRequest } from '@core-exit/bank-contract';
import { IRREVERSIBLE, type IrreversibleReason, problem } from '@core-exit/bank-contract';
import { reversePayout } from '../domain/correction.ts';
import type { Line, PayoutAmounts } from '../domain/postings.ts';
import { amountsBody, basisBody, postingBody } from '../ledger/contract-bodies.ts';
import type { LockedAccount, StandingPayout } from '../ledger/standing-payout.ts';
import { interestReversed } from '../ledger/tax-event.ts';

type OperatorRequest = { operatorId: string; accountNo: string; payoutId: string; traceId: string };

/** A reversal as it stands in the ledger; also the idempotent reply. Amounts are what was taken back, without a sign. */
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
  request: OperatorRequest;
  idempotencyKey: string;
  requestHash: string;
  reason: string;
  /** The mirror of the payout's lines. */
  lines: Line[];
  event: InterestReversed;
};

/** The transaction of one reversal. As in a payout: lock, then read in a new statement, then write. */
export interface ReversalTransaction {
  lockAccount(accountNo: string): Promise<LockedAccount | null>;
  /** The reversal that this operator's idempotency key already has. */
  reversalByKey(operatorId: string, idempotencyKey: string): Promise<StoredReversal | null>;
  payout(accountNo: string, payoutId: string): Promise<StandingPayout | null>;
  /** Writes entry, head, day balance, reversal and outbox row. */
  writeReversal(reversal: NewReversal): Promise<void>;
}

export type ReversalDependencies = {
  /** Runs `work` in one transaction, and again as a whole when the database asks for that. */
  transaction<T>(work: (tx: ReversalTransaction) => Promise<T>): Promise<T>;
  /** Adds a refused attempt to the access log. What was done is in the reversal itself. Must not reject. */
  logRefusal(request: OperatorRequest, reason: string, outcome: string): Promise<void>;
  dropQuote: (accountNo: string, fromSeq: bigint) => Promise<void>;
  newId: () => string;
};

/** Each operator has idempotency keys of their own. */
export type ReversalFlow = (
  request: OperatorRequest,
  idempotencyKey: string,
  body: ReversalRequest,
) => Promise<CoreAnswer<{ reversal: Reversal; replayed: boolean }>>;

type Outcome =
  | { kind: 'no-account' }
  | { kind: 'no-payout' }
  | { kind: 'idempotency key reused' }
  | { kind: 'refused'; reason: IrreversibleReason; detail: string }
  | { kind: 'reversed'; reversal: StoredReversal; replayed: boolean };

/**
 * Takes a payout back, whichever core made it: every line is mirrored today, and the period is open again. The receipt stays,
 * and its business date stays used, so the period is paid again on a later day.
 */
export function reversalFlow(deps: ReversalDependencies): ReversalFlow {
  return async (request, idempotencyKey, { reason }) => {
    const outcome = await deps.transaction((tx) => reverse(deps, tx, request, idempotencyKey, reason));
    if (outcome.kind === 'reversed') {
      const { reversal, replayed } = outcome;
      await deps.dropQuote(request.accountNo, reversal.basisSeq + 1n);
      return { ok: true, body: { reversal: reversalBody(reversal), replayed } };
    }
    const refusal = refusalOf(outcome);
    await deps.logRefusal(request, reason, refusal.reason ?? refusal.code);
    return { ok: false, problem: refusal };
  };
}

async function reverse(
  deps: ReversalDependencies,
  tx: ReversalTransaction,
  request: OperatorRequest,
  idempotencyKey: string,
  reason: string,
): Promise<Outcome> {
  const { operatorId, accountNo, payoutId } = request;
  const requestHash = hashOf(request, reason);
  const account = await tx.lockAccount(accountNo);
  if (account === null) return { kind: 'no-account' };

  // New statements, because they must see what was committed during the wait for the lock.
  const earlier = await tx.reversalByKey(operatorId, idempotencyKey);
  if (earlier !== null) return replay(earlier, requestHash);
  const payout = await tx.payout(accountNo, payoutId);
  if (payout === null) return { kind: 'no-payout' };
  const objection = objectionTo(payout, account);
  if (objection !== null)
    return { kind: 'refused', reason: objection, detail: detailOf(objection, payout, account) };

  const reversalId = deps.newId();
  await tx.writeReversal({
    reversalId,
    payout,
    account,
    request,
    idempotencyKey,
    requestHash,
    reason,
    lines: reversePayout(payout.lines),
    event: interestReversed(reversalId, accountNo, account, payout),
  });
  const reversal = await tx.reversalByKey(operatorId, idempotencyKey);
  if (reversal === null) throw new Error(`reversal ${reversalId} was written and cannot be read`);
  return { kind: 'reversed', reversal, replayed: false };
}

/** Holds do not stop a reversal, because the bank undoes its own entry. A closed account takes no entries at all. */
function objectionTo(payout: StandingPayout, account: LockedAccount): IrreversibleReason | null {
  if (payout.isReversed) return 'ALREADY_REVERSED';
  if (payout.laterPayoutId !== null) return 'LATER_PAYOUT_STANDS';
  if (payout.gross === 0n) return 'NOTHING_LEFT';
  if (account.isClosed) return 'ACCOUNT_CLOSED';
  return account.balance < payout.net ? 'BALANCE_TOO_LOW' : null;
}

function detailOf(reason: IrreversibleReason, payout: StandingPayout, { balance }: LockedAccount): string {
  const next = `next: ${IRREVERSIBLE[reason]}`;
  if (reason === 'LATER_PAYOUT_STANDS') return `payout ${payout.laterPayoutId} is later; ${next}`;
  if (reason === 'BALANCE_TOO_LOW')
    return `${payout.net} won are due, the balance is ${balance} won; ${next}`;
  return next;
}

function replay(earlier: StoredReversal, requestHash: string): Outcome {
  return earlier.requestHash === requestHash
    ? { kind: 'reversed', reversal: earlier, replayed: true }
    : { kind: 'idempotency key reused' };
}

function refusalOf(outcome: Exclude<Outcome, { kind: 'reversed' }>) {
  switch (outcome.kind) {
    case 'no-account':
      return problem('ACCOUNT_NOT_FOUND');
    case 'no-payout':
      return problem('PAYOUT_NOT_FOUND');
    case 'idempotency key reused':
      return problem('IDEMPOTENCY_KEY_REUSED');
    case 'refused':
      return problem('NOT_REVERSIBLE', { reason: outcome.reason, detail: outcome.detail });
  }
}

/** Payout and reason of a request. */
function hashOf({ accountNo, payoutId }: OperatorRequest, reason: string): string {
  return createHash('sha256').update(`${accountNo}\n${payoutId}\n${reason}`).digest('hex');
}

/** Built from the stored reversal alone, so that the first answer and every replay are the same. */
function reversalBody(reversal: StoredReversal): Reversal {
  return {
    reversalId: reversal.reversalId,
    reversedAt: reversal.reversedAt,
    payoutId: reversal.payoutId,
    accountNo: reversal.accountNo,
    businessDate: reversal.businessDate,
    period: reversal.period,
    ...amountsBody(reversal),
    reason: reversal.reason,
    balanceAfter: String(reversal.balanceAfter),
    postings: reversal.lines.map(postingBody),
    basis: basisBody({ businessDate: reversal.businessDate, ledgerSeq: reversal.basisSeq }),
  };
}
