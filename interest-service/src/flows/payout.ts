import { createHash } from 'node:crypto';
import type { Asked, Core, CoreAnswer, Payout, PayoutRequest } from '../../contract/index.ts';
import { problem } from '../../contract/index.ts';
import { type AccountSnapshot, computeInterest, type Refusal } from '../domain/interest.ts';
import { payoutLines } from '../domain/postings.ts';
import type { TaxRules } from '../domain/tax.ts';
import { payoutBody, refusalProblem } from './answers.ts';
import type { OwnAccountDependencies } from './own-account.ts';
import type { NewPayout, PayoutTransaction, Receipt } from './ports.ts';

export type PayoutDependencies = OwnAccountDependencies & {
  taxRules: TaxRules;
  newId: () => string;
  /** The account's quote is out of date from this position of its history on. Must not reject. */
  dropQuote: (accountNo: string, fromSeq: bigint) => Promise<void>;
};

type Outcome =
  | { kind: 'no-account' }
  | { kind: 'foreign' }
  | { kind: 'key reused' }
  | { kind: 'refused'; account: AccountSnapshot; refusal: Refusal }
  | { kind: 'paid'; receipt: Receipt; replayed: boolean };

/**
 * Pays what an account has earned, once: the row lock serialises it with both cores and every other channel, the
 * receipt's unique keys judge last. All of it commits together or not at all; the receipt is the idempotent reply.
 */
export function payoutFlow(deps: PayoutDependencies): Core['pay'] {
  return async (asked, key, request) => {
    const outcome = await deps.ledger.transaction((tx) => pay(deps, tx, asked, key, request));
    switch (outcome.kind) {
      case 'no-account':
        return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
      case 'foreign':
        await deps.audit.foreignAccount(asked);
        return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
      case 'key reused':
        return { ok: false, problem: problem('IDEMPOTENCY_KEY_REUSED') };
      case 'refused':
        await deps.audit.refusal(asked, outcome.account, outcome.refusal);
        return { ok: false, problem: refusalProblem(outcome.account, outcome.refusal) };
      case 'paid':
        await deps.dropQuote(asked.accountNo, outcome.receipt.basisSeq + 1n);
        return paidAnswer(outcome.receipt, outcome.replayed);
    }
  };
}

async function pay(
  deps: PayoutDependencies,
  tx: PayoutTransaction,
  asked: Asked & { customerId: string },
  key: string,
  request: PayoutRequest,
): Promise<Outcome> {
  const { accountNo, customerId } = asked;
  const memo = request.memo ?? null;

  const locked = await tx.lockAccount(accountNo);
  if (locked === null) return { kind: 'no-account' };
  if (locked.customerId !== customerId) return { kind: 'foreign' };

  // A new statement: one that began before the lock was won would see the state from before the wait.
  const { account, earlier } = await tx.read(accountNo, customerId, key);
  if (earlier !== null) return replay(earlier, requestHash(accountNo, memo));

  const {
    refusal,
    accrual: _accrual,
    taxSteps: _steps,
    ...interest
  } = computeInterest(account, deps.taxRules);
  if (refusal !== null) return { kind: 'refused', account, refusal };

  const payout: NewPayout = {
    ...interest,
    payoutId: deps.newId(),
    accountNo,
    customerId,
    channelKey: key,
    requestHash: requestHash(accountNo, memo),
    memo,
    businessDate: account.basis.businessDate,
    basisSeq: account.basis.ledgerSeq,
    lines: payoutLines(interest),
  };
  const written = await tx.write(payout);
  return { kind: 'paid', receipt: { ...payout, ...written }, replayed: false };
}

function replay(earlier: Receipt, hash: string): Outcome {
  return earlier.requestHash === hash
    ? { kind: 'paid', receipt: earlier, replayed: true }
    : { kind: 'key reused' };
}

function paidAnswer(receipt: Receipt, replayed: boolean): CoreAnswer<{ payout: Payout; replayed: boolean }> {
  return { ok: true, body: { payout: payoutBody(receipt), replayed } };
}

/** What a key stands for: the account and the body. Both cores compute it the same way. */
function requestHash(accountNo: string, memo: string | null): string {
  return createHash('sha256')
    .update(`${accountNo}\n${memo ?? ''}`)
    .digest('hex');
}
