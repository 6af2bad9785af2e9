import type { Payout, ProblemBody, Quote, Rehearsal, Reversal } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import { nextDay } from '../domain/calendar.ts';
import type { AccountSnapshot, Interest, Refusal } from '../domain/interest.ts';
import { type Line, payoutLines } from '../domain/postings.ts';
import type { StoredReversal } from '../reversal/reversal.ts';
import type { Receipt } from './ports.ts';

/** The answers of the contract, built from what the domain decided. */
export function quoteBody(account: AccountSnapshot, interest: Interest): Quote {
  return {
    accountNo: account.accountNo,
    businessDate: account.basis.businessDate,
    period: interest.period,
    ...amountsBody(interest),
    payable: interest.refusal === null,
    refusal: interest.refusal && refusalBody(interest.refusal),
    basis: basisBody(account),
    expiresAt: `${nextDay(account.basis.businessDate)}T00:00:00+09:00`,
  };
}

export function rehearsalBody(account: AccountSnapshot, interest: Interest, memo: string | null): Rehearsal {
  return {
    accountNo: account.accountNo,
    businessDate: account.basis.businessDate,
    period: interest.period,
    ...amountsBody(interest),
    memo,
    balanceAfter: String(account.balance + interest.net),
    postings: payoutLines(interest).map(postingBody),
    basis: basisBody(account),
  };
}

/** Built from the receipt alone, so that the first answer and every replay are the same. */
export function payoutBody(receipt: Receipt): Payout {
  return {
    payoutId: receipt.payoutId,
    paidAt: receipt.paidAt,
    accountNo: receipt.accountNo,
    businessDate: receipt.businessDate,
    period: receipt.period,
    ...amountsBody(receipt),
    memo: receipt.memo,
    balanceAfter: String(receipt.balanceAfter),
    postings: payoutLines(receipt).map(postingBody),
    basis: { businessDate: receipt.businessDate, ledgerSeq: String(receipt.basisSeq) },
  };
}

/** Built from what is stored alone, as a payout's answer is. */
export function reversalBody(reversal: StoredReversal): Reversal {
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
    basis: { businessDate: reversal.businessDate, ledgerSeq: String(reversal.basisSeq) },
  };
}

export function refusalProblem(account: AccountSnapshot, refusal: Refusal): ProblemBody {
  const { code, ...reason } = refusalBody(refusal);
  return problem(code, { ...reason, basis: basisBody(account) });
}

type Amounts = Pick<Interest, 'gross' | 'incomeTax' | 'localTax' | 'farmTax' | 'net'>;

function amountsBody(amounts: Amounts) {
  return {
    gross: String(amounts.gross),
    incomeTax: String(amounts.incomeTax),
    localTax: String(amounts.localTax),
    farmTax: String(amounts.farmTax),
    net: String(amounts.net),
    currency: 'KRW' as const,
  };
}

function basisBody({ basis }: AccountSnapshot) {
  return { businessDate: basis.businessDate, ledgerSeq: String(basis.ledgerSeq) };
}

/** One reason in the answer; all of them stay for the audit. */
function refusalBody(refusal: Refusal) {
  return refusal.code === 'NOT_ELIGIBLE'
    ? { code: refusal.code, reason: refusal.reason }
    : { code: refusal.code };
}

function postingBody({ glCode, amount }: Line) {
  return amount > 0n
    ? { glCode, side: 'debit' as const, amount: String(amount) }
    : { glCode, side: 'credit' as const, amount: String(-amount) };
}
