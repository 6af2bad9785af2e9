import type { Asked, Core } from '../../contract/index.ts';
import { problem } from '../../contract/index.ts';
import { computeInterest } from '../domain/interest.ts';
import type { TaxRules } from '../domain/tax.ts';
import { refusalProblem, rehearsalBody } from './answers.ts';
import type { Ledger } from './ports.ts';
import { isTheirs } from './quote.ts';

export type RehearsalDependencies = {
  ledger: Ledger;
  taxRules: TaxRules;
  auditForeignAccount: (asked: Asked) => Promise<void>;
};

/** The payout as it would be at a basis (or now): reads, decides, writes nothing. */
export function rehearsalFlow(deps: RehearsalDependencies): Core['rehearse'] {
  return async (asked, { basis, memo }) => {
    const account =
      basis === undefined
        ? ((await deps.ledger.accountNow(asked.accountNo)) ?? 'no-account')
        : await deps.ledger.accountAsOf(asked.accountNo, {
            businessDate: basis.businessDate,
            ledgerSeq: BigInt(basis.ledgerSeq),
          });
    if (account === 'no-account') return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
    if (account === 'no-basis') return { ok: false, problem: problem('BASIS_UNKNOWN') };
    if (!isTheirs(asked, account.customerId)) {
      await deps.auditForeignAccount(asked);
      return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
    }
    const interest = computeInterest(account, deps.taxRules);
    if (interest.refusal !== null) {
      return { ok: false, problem: refusalProblem(account, interest.refusal) };
    }
    return { ok: true, body: rehearsalBody(account, interest, memo ?? null) };
  };
}
