import { hash } from 'node:crypto';
import type { Asked, Core, PayoutRequest, ProblemBody } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import { computeInterest } from '../domain/interest.ts';
import { payoutLines } from '../domain/postings.ts';
import type { TaxRules } from '../domain/tax.ts';
import { payoutBody, refusalProblem } from '../ledger/answers.ts';
import type { OwnAccountDependencies } from '../ledger/own-account.ts';
import type { EarlierReply, NewPayout, PayoutTransaction, Receipt } from '../ledger/ports.ts';

export type PayoutDependencies = OwnAccountDependencies & {
  taxRules: TaxRules;
  /** The account's quote is out of date from this position of its history on. Must not reject. */
  dropQuote: (accountNo: string, fromSeq: bigint) => Promise<void>;
};

type Outcome =
  | { kind: 'not theirs' }
  | { kind: 'key reused' }
  | { kind: 'refused'; problem: ProblemBody; replayed: boolean }
  | { kind: 'paid'; receipt: Receipt; replayed: boolean; dropped: Promise<void> };

type PayoutAsked = { asked: Asked & { customerId: string }; key: string; request: PayoutRequest };

/**
 * Pays what an account has earned, once: the row lock serialises it with both cores and every other channel, the
 * receipt's unique keys judge last. All of it commits together or not at all; what was answered is kept for the key.
 */
export function payoutFlow(deps: PayoutDependencies): Core['pay'] {
  return async (asked, key, request) => {
    const { accountNo } = asked;
    const outcome = await deps.ledger.payout(accountNo, (tx) => pay(deps, tx, { asked, key, request }));
    switch (outcome.kind) {
      case 'not theirs':
        // The lock found no row of this customer: auditors want to know if there is one of somebody else.
        if ((await deps.ledger.head(accountNo)) !== null) await deps.audit.foreignAccount(asked);
        return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
      case 'key reused':
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
  { asked, key, request }: PayoutAsked,
): Promise<Outcome> {
  const { accountNo, customerId } = asked;
  const memo = request.memo ?? null;
  const fingerprint = requestHash(accountNo, memo);

  const read = await tx.lockAndRead(accountNo, customerId, key);
  if (read === null) return { kind: 'not theirs' };
  const { account, earlier, payoutId } = read;
  if (earlier !== null) return replay(deps, earlier, fingerprint);

  const {
    refusal,
    accrual: _accrual,
    taxSteps: _steps,
    ...interest
  } = computeInterest(account, deps.taxRules);
  if (refusal !== null) {
    const refused = refusalProblem(account, refusal);
    await tx.refuse({ asked, channelKey: key, requestHash: fingerprint, account, refusal, problem: refused });
    return { kind: 'refused', problem: refused, replayed: false };
  }

  const payout: NewPayout = {
    ...interest,
    payoutId,
    accountNo,
    customerId,
    channelKey: key,
    requestHash: fingerprint,
    memo,
    businessDate: account.basis.businessDate,
    basisSeq: account.basis.ledgerSeq,
    lines: payoutLines(interest),
  };
  // Beside the COMMIT, not behind it: it names the payout's own position, so a quote from before that is not kept again.
  const dropped = dropAfter(deps, payout);
  const written = await tx.pay(payout);
  return { kind: 'paid', receipt: { ...payout, ...written }, replayed: false, dropped };
}

/** The first answer again; a key that stands for another request is refused. */
function replay(deps: PayoutDependencies, earlier: EarlierReply, fingerprint: string): Outcome {
  const kept = earlier.kind === 'paid' ? earlier.receipt.requestHash : earlier.requestHash;
  if (kept !== fingerprint) return { kind: 'key reused' };
  if (earlier.kind === 'refused') return { ...earlier, replayed: true };
  return { ...earlier, replayed: true, dropped: dropAfter(deps, earlier.receipt) };
}

const dropAfter = (
  deps: PayoutDependencies,
  { accountNo, basisSeq }: Pick<Receipt, 'accountNo' | 'basisSeq'>,
) => deps.dropQuote(accountNo, basisSeq + 1n);

/** What a key stands for: the account and the body. Both cores compute it the same way. */
function requestHash(accountNo: string, memo: string | null): string {
  return hash('sha256', `${accountNo}\n${memo ?? ''}`, 'hex');
}
