import type { AccountRequest, Basis, Core, CoreAnswer, Quote, Stratum } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import type { DayCache } from '@core-exit/cache';
import { nextDay } from '../domain/calendar.ts';
import { explainInterest } from '../domain/explanation.ts';
import { type AccountSnapshot, computeInterest, type Interest } from '../domain/interest.ts';
import type { TaxRules } from '../domain/tax.ts';
import type { Accounts } from '../ledger/account.ts';
import { amountsBody, basisBody, refusalBody } from '../ledger/contract-bodies.ts';
import { mayRead, type OwnAccountDependencies, readOwnAccount } from '../ledger/own-account.ts';
import { stratumOf } from '../ledger/stratum.ts';

/** A quote as JSON, with the owner of its account, so that a cached quote can be refused to other customers. */
export type KeptQuote = { customerId: string; json: string };

/** Kept as two lines and sent as it is, because to parse and write the JSON again would cost more than everything else. */
export const KEPT_QUOTE = {
  write: ({ customerId, json }: KeptQuote) => `${customerId}\n${json}`,
  read(text: string): KeptQuote {
    const end = text.indexOf('\n');
    if (end < 0) throw new Error('not a cached quote: the line with its owner is missing');
    return { customerId: text.slice(0, end), json: text.slice(end + 1) };
  },
};

export type QuoteDependencies = OwnAccountDependencies & { taxRules: TaxRules; cache: DayCache<KeptQuote> };

/** The estimate as of today, kept until midnight. A quote with a basis or an explanation is computed each time. */
export function quoteFlow(deps: QuoteDependencies): Core['quote'] {
  return async (request, at, explain = false) =>
    at === null && !explain ? keptQuote(deps, request) : freshQuote(deps, request, at, explain);
}

/**
 * The cache keeps a quote until any core or channel changes the account. A stale quote would not show in a comparison,
 * because a shadow that is pinned to its old basis agrees with it.
 */
async function keptQuote(
  { accounts, cache, taxRules, accessLog }: QuoteDependencies,
  request: AccountRequest,
): Promise<CoreAnswer<Quote>> {
  const kept = await cache.get(request.accountNo, {
    load: () => loadQuote(accounts, taxRules, request.accountNo),
    position: async () => {
      const head = await accounts.head(request.accountNo);
      return head && { version: head.ledgerSeq, day: head.businessDate };
    },
  });
  if (kept === null) return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
  if (mayRead(request, kept.customerId)) return new JsonAnswer(kept.json);
  await accessLog.foreignAccount(request);
  return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
}

async function loadQuote(accounts: Accounts, taxRules: TaxRules, accountNo: string) {
  const account = await accounts.now(accountNo);
  if (account === null) return null;
  const quote = quoteBody(account, computeInterest(account, taxRules));
  const { ledgerSeq: version, businessDate: day } = account.basis;
  return { value: { customerId: account.customerId, json: JSON.stringify(quote) }, version, day };
}

async function freshQuote(
  deps: QuoteDependencies,
  request: AccountRequest,
  at: Basis | null,
  explain: boolean,
): Promise<CoreAnswer<Quote>> {
  const read = await readOwnAccount(deps, request, at);
  if (!read.ok) return read;
  const interest = computeInterest(read.body, deps.taxRules);
  const quote = quoteBody(read.body, interest);
  const body = explain ? { ...quote, explanation: explainInterest(read.body, interest) } : quote;
  return new JsonAnswer(JSON.stringify(body), stratumOf(read.body));
}

function quoteBody(account: AccountSnapshot, interest: Interest): Quote {
  return {
    accountNo: account.accountNo,
    businessDate: account.basis.businessDate,
    period: interest.period,
    ...amountsBody(interest),
    payable: interest.refusal === null,
    refusal: interest.refusal && refusalBody(interest.refusal),
    basis: basisBody(account.basis),
    expiresAt: `${nextDay(account.basis.businessDate)}T00:00:00+09:00`,
  };
}

/** An answer whose JSON is sent as it is. A class, because an object literal with a getter costs more than the rest of it. */
class JsonAnswer {
  readonly ok = true;
  readonly json: string;
  readonly stratum: Stratum | undefined;

  constructor(json: string, stratum?: Stratum) {
    this.json = json;
    this.stratum = stratum;
  }

  get body(): Quote {
    return JSON.parse(this.json) as Quote;
  }
}
