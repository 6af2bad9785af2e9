import type { Core, Rehearsal } from '@core-exit/bank-contract';
import { type AccountSnapshot, computeInterest, type Interest } from '../domain/interest.ts';
import { payoutLines } from '../domain/postings.ts';
import type { TaxRules } from '../domain/tax.ts';
import { amountsBody, basisBody, postingBody, refusalProblem } from '../ledger/contract-bodies.ts';
import { type OwnAccountDependencies, readOwnAccount } from '../ledger/own-account.ts';
import { stratumOf } from '../ledger/stratum.ts';

export type RehearsalDependencies = OwnAccountDependencies & { taxRules: TaxRules };

/** The payout as it would be at a basis, or now. Reads and decides, but writes nothing. */
export function rehearsalFlow(deps: RehearsalDependencies): Core['rehearse'] {
  return async (request, { basis, memo }) => {
    const read = await readOwnAccount(deps, request, basis ?? null);
    if (!read.ok) return read;
    const interest = computeInterest(read.body, deps.taxRules);
    const stratum = stratumOf(read.body);
    if (interest.refusal !== null) {
      return { ok: false, problem: refusalProblem(read.body, interest.refusal), stratum };
    }
    return { ok: true, body: rehearsalBody(read.body, interest, memo ?? null), stratum };
  };
}

function rehearsalBody(account: AccountSnapshot, interest: Interest, memo: string | null): Rehearsal {
  return {
    accountNo: account.accountNo,
    businessDate: account.basis.businessDate,
    period: interest.period,
    ...amountsBody(interest),
    memo,
    balanceAfter: String(account.balance + interest.net),
    postings: payoutLines(interest).map(postingBody),
    basis: basisBody(account.basis),
  };
}
