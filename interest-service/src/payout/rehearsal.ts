import type { Core } from '@core-exit/bank-contract';
import { computeInterest } from '../domain/interest.ts';
import type { TaxRules } from '../domain/tax.ts';
import { refusalProblem, rehearsalBody } from '../ledger/answers.ts';
import { type OwnAccountDependencies, readOwnAccount } from '../ledger/own-account.ts';
import { factsOf } from '../ledger/stratum.ts';

export type RehearsalDependencies = OwnAccountDependencies & { taxRules: TaxRules };

/** The payout as it would be at a basis (or now): reads, decides, writes nothing. */
export function rehearsalFlow(deps: RehearsalDependencies): Core['rehearse'] {
  return async (asked, { basis, memo }) => {
    const read = await readOwnAccount(deps, asked, basis ?? null);
    if (!read.ok) return read;
    const interest = computeInterest(read.body, deps.taxRules);
    const facts = factsOf(read.body);
    if (interest.refusal !== null) {
      return { ok: false, problem: refusalProblem(read.body, interest.refusal), facts };
    }
    return { ok: true, body: rehearsalBody(read.body, interest, memo ?? null), facts };
  };
}
