import type { ProblemBody } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import type { AccountSnapshot, Refusal } from '../domain/interest.ts';
import type { Line, PayoutAmounts } from '../domain/postings.ts';

// Parts that several answers of the contract have in common.

export function amountsBody(amounts: PayoutAmounts) {
  return {
    gross: String(amounts.gross),
    incomeTax: String(amounts.incomeTax),
    localTax: String(amounts.localTax),
    farmTax: String(amounts.farmTax),
    net: String(amounts.net),
    currency: 'KRW' as const,
  };
}

export function basisBody({ businessDate, ledgerSeq }: AccountSnapshot['basis']) {
  return { businessDate, ledgerSeq: String(ledgerSeq) };
}

export function postingBody({ glCode, amount }: Line) {
  return amount > 0n
    ? { glCode, side: 'debit' as const, amount: String(amount) }
    : { glCode, side: 'credit' as const, amount: String(-amount) };
}

/** The answer has one reason; the access log keeps all of them. */
export function refusalBody(refusal: Refusal) {
  return refusal.code === 'NOT_ELIGIBLE'
    ? { code: refusal.code, reason: refusal.reason }
    : { code: refusal.code };
}

export function refusalProblem(account: AccountSnapshot, refusal: Refusal): ProblemBody {
  const { code, ...reason } = refusalBody(refusal);
  return problem(code, { ...reason, basis: basisBody(account.basis) });
}
