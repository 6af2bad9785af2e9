import type { AccountFacts, Asked, Basis, Core, CoreAnswer, Quote } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import type { DayCache } from '@core-exit/cache';
import { explainInterest } from '../domain/explanation.ts';
import { computeInterest } from '../domain/interest.ts';
import type { TaxRules } from '../domain/tax.ts';
import { quoteBody } from '../ledger/answers.ts';
import { isTheirs, type OwnAccountDependencies, readOwnAccount } from '../ledger/own-account.ts';
import type { Ledger } from '../ledger/ports.ts';
import { factsOf } from '../ledger/stratum.ts';

/** A quote as JSON, with the account's owner beside it, so that a kept one can be refused to everybody else. */
export type KeptQuote = { customerId: string; json: string };

/** Kept as two lines and given out as it is: reading and writing the JSON again would cost more than all the rest. */
export const KEPT_QUOTE = {
  write: ({ customerId, json }: KeptQuote) => `${customerId}\n${json}`,
  read(text: string): KeptQuote {
    const end = text.indexOf('\n');
    if (end < 0) throw new Error('not a kept quote');
    return { customerId: text.slice(0, end), json: text.slice(end + 1) };
  },
};

export type QuoteDependencies = OwnAccountDependencies & { taxRules: TaxRules; cache: DayCache<KeptQuote> };

/** The estimate as of today, kept until midnight; pinned to a basis or explained, it is computed afresh. */
export function quoteFlow(deps: QuoteDependencies): Core['quote'] {
  return async (asked, at, explain = false) =>
    at === null && !explain ? keptQuote(deps, asked) : freshQuote(deps, asked, at, explain);
}

/**
 * Kept by the cache as long as nothing happened to the account since, whichever core or channel did it. A shadow pinned
 * to an old basis would agree with a stale quote, so no comparison would show one.
 */
async function keptQuote(
  { ledger, cache, taxRules, audit }: QuoteDependencies,
  asked: Asked,
): Promise<CoreAnswer<Quote>> {
  const kept = await cache.get(asked.accountNo, {
    load: () => computeQuote(ledger, taxRules, asked.accountNo),
    position: async () => {
      const head = await ledger.head(asked.accountNo);
      return head && { version: head.ledgerSeq, day: head.businessDate };
    },
  });
  if (kept === null) return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
  if (isTheirs(asked, kept.customerId)) return new Written(kept.json);
  await audit.foreignAccount(asked);
  return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
}

async function computeQuote(ledger: Ledger, taxRules: TaxRules, accountNo: string) {
  const account = await ledger.accountNow(accountNo);
  if (account === null) return null;
  const quote = quoteBody(account, computeInterest(account, taxRules));
  const { ledgerSeq: version, businessDate: day } = account.basis;
  return { value: { customerId: account.customerId, json: JSON.stringify(quote) }, version, day };
}

/** An answer whose JSON is sent as it is. A class, because an object with a getter of its own costs more than all its rest. */
class Written {
  readonly ok = true;
  readonly json: string;
  readonly facts: AccountFacts | undefined;

  constructor(json: string, facts?: AccountFacts) {
    this.json = json;
    this.facts = facts;
  }

  get body(): Quote {
    return JSON.parse(this.json) as Quote;
  }
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
  const body = explain ? { ...quote, explanation: explainInterest(read.body, interest) } : quote;
  return new Written(JSON.stringify(body), factsOf(read.body));
}
