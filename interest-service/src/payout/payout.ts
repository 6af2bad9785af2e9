import { hash } from 'node:crypto';
import type { Core, CustomerRequest, PayoutRequest, ProblemBody } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import { type AccountSnapshot, computeInterest, type Refusal } from '../domain/interest.ts';
import type { TaxRules } from '../domain/tax.ts';
import type { Accounts } from '../ledger/account.ts';
import { refusalProblem } from '../ledger/contract-bodies.ts';
import type { AccessLog } from '../ledger/own-account.ts';
import { type NewPayout, newPayout, type Receipt } from '../ledger/receipt.ts';
import { payoutBody } from './receipts.ts';

/** The reply that a customer's idempotency key already has. */
export type EarlierReply =
  | { kind: 'paid'; receipt: Receipt }
  | { kind: 'refused'; requestHash: string; problem: ProblemBody };

/** A refusal, to be stored as the reply of its idempotency key. */
export type NewRefusal = {
  request: CustomerRequest;
  idempotencyKey: string;
  requestHash: string;
  account: AccountSnapshot;
  refusal: Refusal;
  problem: ProblemBody;
};

/**
 * The transaction of one payout. The order of its calls keeps it safe: lock, then read in a new statement, then write.
 * `pay` and `refuse` commit what they write and are the last call. Without either of them the transaction has no effect.
 */
export interface PayoutTransaction {
  /**
   * Locks the account row. Then reads, in a statement that begins when the lock is won: the account as it is now, the
   * reply that the customer's idempotency key already has, and the id of the payout that may follow. Null if this
   * customer has no such account. Throws {@link AccountBusy} after a bounded wait.
   */
  lockAndRead(
    accountNo: string,
    customerId: string,
    idempotencyKey: string,
  ): Promise<{ account: AccountSnapshot; earlier: EarlierReply | null; payoutId: string } | null>;
  /** Writes entry, head, day balance, receipt and outbox row. */
  pay(payout: NewPayout): Promise<{ balanceAfter: bigint; paidAt: string }>;
  /** Stores a refusal as the reply of its idempotency key, with every reason for auditors. */
  refuse(refused: NewRefusal): Promise<void>;
}

export type PayoutDependencies = {
  /**
   * Runs `work` in one READ COMMITTED transaction. Runs it again as a whole when the database asks for that
   * (serialisation failure, deadlock, or a unique key that another transaction took first).
   * Throws {@link AccountBusy}, {@link LedgerUnavailable}, {@link CommitOutcomeUnknown}.
   */
  transaction<T>(accountNo: string, work: (tx: PayoutTransaction) => Promise<T>): Promise<T>;
  accounts: Pick<Accounts, 'head'>;
  accessLog: AccessLog;
  taxRules: TaxRules;
  /** The cached quote of the account is out of date from this position of its history on. Must not reject. */
  dropQuote: (accountNo: string, fromSeq: bigint) => Promise<void>;
};

type Outcome =
  | { kind: 'foreign account' }
  | { kind: 'idempotency key reused' }
  | { kind: 'refused'; problem: ProblemBody; replayed: boolean }
  | { kind: 'paid'; receipt: Receipt; replayed: boolean; dropped: Promise<void> };

type PayoutCall = { request: CustomerRequest; idempotencyKey: string; body: PayoutRequest };

/**
 * Pays the interest of an account once. The row lock serialises the payout with both cores and all channels; the unique
 * keys of the receipt are the last judge. Everything commits together or not at all, and the reply is stored for the key.
 */
export function payoutFlow(deps: PayoutDependencies): Core['pay'] {
  return async (request, idempotencyKey, body) => {
    const { accountNo } = request;
    const call = { request, idempotencyKey, body };
    const outcome = await deps.transaction(accountNo, (tx) => pay(deps, tx, call));
    switch (outcome.kind) {
      case 'foreign account':
        // The lock found no row of this customer. The access log gets a row if another customer has the account.
        if ((await deps.accounts.head(accountNo)) !== null) await deps.accessLog.foreignAccount(request);
        return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
      case 'idempotency key reused':
        return { ok: false, problem: problem('IDEMPOTENCY_KEY_REUSED') };
      case 'refused':
        return { ok: false, problem: outcome.problem, replayed: outcome.replayed };
      case 'paid':
        await outcome.dropped;
        return { ok: true, body: { payout: payoutBody(outcome.receipt), replayed: outcome.replayed } };
    }
  };
}

async function pay(
  deps: PayoutDependencies,
  tx: PayoutTransaction,
  { request, idempotencyKey, body }: PayoutCall,
): Promise<Outcome> {
  const { accountNo, customerId } = request;
  const memo = body.memo ?? null;
  const requestHash = hashOf(accountNo, memo);

  const read = await tx.lockAndRead(accountNo, customerId, idempotencyKey);
  if (read === null) return { kind: 'foreign account' };
  const { account, earlier, payoutId } = read;
  if (earlier !== null) return replay(deps, earlier, requestHash);

  const interest = computeInterest(account, deps.taxRules);
  const { refusal } = interest;
  if (refusal !== null) {
    const refused = refusalProblem(account, refusal);
    await tx.refuse({ request, idempotencyKey, requestHash, account, refusal, problem: refused });
    return { kind: 'refused', problem: refused, replayed: false };
  }

  const payout = newPayout(account, interest, { payoutId, idempotencyKey, requestHash, memo });
  // While COMMIT is under way, because the drop has the payout's own position: no earlier quote can be kept after it.
  const dropped = dropQuoteOf(deps, payout);
  const written = await tx.pay(payout);
  return { kind: 'paid', receipt: { ...payout, ...written }, replayed: false, dropped };
}

/** The first reply again. A key that belongs to another request is refused. */
function replay(deps: PayoutDependencies, earlier: EarlierReply, requestHash: string): Outcome {
  const stored = earlier.kind === 'paid' ? earlier.receipt.requestHash : earlier.requestHash;
  if (stored !== requestHash) return { kind: 'idempotency key reused' };
  if (earlier.kind === 'refused') return { ...earlier, replayed: true };
  return { ...earlier, replayed: true, dropped: dropQuoteOf(deps, earlier.receipt) };
}

const dropQuoteOf = (
  deps: PayoutDependencies,
  { accountNo, basisSeq }: Pick<Receipt, 'accountNo' | 'basisSeq'>,
) => deps.dropQuote(accountNo, basisSeq + 1n);

/** Account and body of a request. Both cores compute the same hash. */
function hashOf(accountNo: string, memo: string | null): string {
  return hash('sha256', `${accountNo}\n${memo ?? ''}`, 'hex');
}
