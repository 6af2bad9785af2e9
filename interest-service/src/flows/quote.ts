import type { DayCache } from '@core-exit/cache';
import type { Asked, Basis, Core, CoreAnswer, Quote } from '../../contract/index.ts';
import { problem } from '../../contract/index.ts';
import { explainInterest } from '../domain/explanation.ts';
import { computeInterest } from '../domain/interest.ts';
import type { TaxRules } from '../domain/tax.ts';
import { quoteBody } from './answers.ts';
import { isTheirs, type OwnAccountDependencies, readOwnAccount } from './own-account.ts';

/** A quote with its owner, so that a kept one can be refused to anybody else without asking the ledger. */
export type KeptQuote = { customerId: string; quote: Quote } | { customerId: null };

export type QuoteDependencies = OwnAccountDependencies & { taxRules: TaxRules; cache: DayCache<KeptQuote> };

/** The estimate as of today, kept until midnight; pinned to a basis or explained, it is computed afresh. */
export function quoteFlow(deps: QuoteDependencies): Core['quote'] {
  return async (asked, at, explain = false) =>
    at === null && !explain ? keptQuote(deps, asked) : freshQuote(deps, asked, at, explain);
}

async function keptQuote(deps: QuoteDependencies, asked: Asked): Promise<CoreAnswer<Quote>> {
  const kept = await deps.cache.get(asked.accountNo, async () => {
    const account = await deps.ledger.accountNow(asked.accountNo);
    if (account === null) return { value: { customerId: null }, version: 0n };
    const quote = quoteBody(account, computeInterest(account, deps.taxRules));
    return { value: { customerId: account.customerId, quote }, version: account.basis.ledgerSeq };
  });
  if (kept.customerId === null) return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
  if (isTheirs(asked, kept.customerId)) return { ok: true, body: kept.quote };
  await deps.auditForeignAccount(asked);
  return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
}

async function freshQuote(
  deps: QuoteDependencies,
  asked: Asked,
  at: Basis | null,
  explain: boolean,
): Promise<CoreAnswer<Quote>> {
  const read = await readOwnAccount(deps, asked, at);
  if (!read.ok) return read;
  const interest = computeInterest(read.body, deps.taxRules);
  const quote = quoteBody(read.body, interest);
  return {
    ok: true,
    body: explain ? { ...quote, explanation: explainInterest(read.body, interest) } : quote,
  };
}
