import type { DayCache } from '@core-exit/cache';
import type { Asked, Basis, Core, CoreAnswer, Quote } from '../../contract/index.ts';
import { problem } from '../../contract/index.ts';
import { explainInterest } from '../domain/explanation.ts';
import { computeInterest } from '../domain/interest.ts';
import type { TaxRules } from '../domain/tax.ts';
import { quoteBody } from './answers.ts';
import { isTheirs, type OwnAccountDependencies, readOwnAccount } from './own-account.ts';

export type QuoteDependencies = OwnAccountDependencies & { taxRules: TaxRules; cache: DayCache<Quote> };

/** The estimate as of today, kept until midnight; pinned to a basis or explained, it is computed afresh. */
export function quoteFlow(deps: QuoteDependencies): Core['quote'] {
  return async (asked, at, explain = false) =>
    at === null && !explain ? keptQuote(deps, asked) : freshQuote(deps, asked, at, explain);
}

/**
 * The account's head says who owns it and how far its history goes; a kept quote is served only if nothing happened
 * since, whichever core or channel did it. A shadow pinned to an old basis would agree with a stale quote.
 */
async function keptQuote(deps: QuoteDependencies, asked: Asked): Promise<CoreAnswer<Quote>> {
  const { ledger, cache, taxRules, audit } = deps;
  const { accountNo } = asked;
  const head = await ledger.head(accountNo);
  if (head === null) return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
  if (!isTheirs(asked, head.customerId)) {
    await audit.foreignAccount(asked);
    return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
  }
  const load = async () => {
    const account = await ledger.accountNow(accountNo);
    if (account === null) throw new Error('accounts are never removed');
    const value = quoteBody(account, computeInterest(account, taxRules));
    return { value, version: account.basis.ledgerSeq };
  };
  return { ok: true, body: await cache.get(accountNo, load, head.ledgerSeq) };
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
