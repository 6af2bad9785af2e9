import type { DayCache } from '@core-exit/cache';
import type { Asked, Core, CoreAnswer, Quote } from '../../contract/index.ts';
import { problem } from '../../contract/index.ts';
import { computeInterest } from '../domain/interest.ts';
import type { TaxRules } from '../domain/tax.ts';
import { quoteBody } from './answers.ts';
import type { Ledger } from './ports.ts';

/** A quote with its owner, so that a kept one can be refused to anybody else without asking the ledger. */
export type KeptQuote = { customerId: string; quote: Quote } | { customerId: null };

export type QuoteDependencies = {
  ledger: Ledger;
  taxRules: TaxRules;
  cache: DayCache<KeptQuote>;
  auditForeignAccount: (asked: Asked) => Promise<void>;
};

/** The estimate as of today, kept until midnight; or, pinned to a basis, computed from the account's history. */
export function quoteFlow(deps: QuoteDependencies): Core['quote'] {
  return async (asked, at) => {
    if (at !== null) return pinnedQuote(deps, asked, { ...at, ledgerSeq: BigInt(at.ledgerSeq) });
    const kept = await deps.cache.get(asked.accountNo, async () => {
      const account = await deps.ledger.accountNow(asked.accountNo);
      if (account === null) return { value: { customerId: null }, version: 0n };
      const quote = quoteBody(account, computeInterest(account, deps.taxRules));
      return { value: { customerId: account.customerId, quote }, version: account.basis.ledgerSeq };
    });
    if (kept.customerId === null) return notFound();
    return isTheirs(asked, kept.customerId) ? { ok: true, body: kept.quote } : foreign(deps, asked);
  };
}

async function pinnedQuote(
  deps: QuoteDependencies,
  asked: Asked,
  basis: { businessDate: string; ledgerSeq: bigint },
): Promise<CoreAnswer<Quote>> {
  const account = await deps.ledger.accountAsOf(asked.accountNo, basis);
  if (account === 'no-account') return notFound();
  if (account === 'no-basis') return { ok: false, problem: problem('BASIS_UNKNOWN') };
  if (!isTheirs(asked, account.customerId)) return foreign(deps, asked);
  return { ok: true, body: quoteBody(account, computeInterest(account, deps.taxRules)) };
}

/** An operator (no customer) may see every account. */
export function isTheirs(asked: Asked, ownerId: string): boolean {
  return asked.customerId === null || asked.customerId === ownerId;
}

async function foreign(
  deps: Pick<QuoteDependencies, 'auditForeignAccount'>,
  asked: Asked,
): Promise<CoreAnswer<never>> {
  await deps.auditForeignAccount(asked);
  return notFound();
}

function notFound(): CoreAnswer<never> {
  return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
}
