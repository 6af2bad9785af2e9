import type { Core } from '@core-exit/bank-contract';
import { type CacheEvent, type CacheStore, DayCache } from '@core-exit/cache';
import type { DataSource } from 'typeorm';
import { postgresAudit } from '../src/ledger/access-log.sql.ts';
import { newCore } from '../src/ledger/answer-faults.ts';
import { connect } from '../src/ledger/data-source.ts';
import { readTaxRules } from '../src/ledger/tax-rules.ts';
import { payoutFlow } from '../src/payout/payout.ts';
import { postgresLedger } from '../src/payout/postgres-ledger.sql.ts';
import { rehearsalFlow } from '../src/payout/rehearsal.ts';
import { KEPT_QUOTE, type KeptQuote, quoteFlow } from '../src/quote/quote.ts';
import { QUOTES } from '../src/quote/quote-cache.redis.ts';

export type CoreUnderTest = {
  core: Core;
  source: DataSource;
  /** What its cache did, read by read. */
  cacheEvents: CacheEvent[];
  close: () => Promise<void>;
};

const NOTHING_KEPT: CacheStore = {
  read: async (keys) => keys.map(() => null),
  putIfNewer: async () => undefined,
  drop: async () => undefined,
  lease: async () => true,
};

/** The new core on a test's database; by default its quotes are never kept. */
export async function startNewCore(
  databaseUrl: string,
  store: CacheStore = NOTHING_KEPT,
  now: () => number = Date.now,
): Promise<CoreUnderTest> {
  const source = await connect(databaseUrl, 'interest-service-test');
  const ledger = postgresLedger(source);
  const taxRules = readTaxRules(new URL('../rules/tax.json', import.meta.url));
  const audit = postgresAudit(source, (fault) => {
    throw fault;
  });
  const cacheEvents: CacheEvent[] = [];
  const cache = new DayCache<KeptQuote>({
    store,
    name: QUOTES,
    generation: '1',
    zone: 'Asia/Seoul',
    codec: KEPT_QUOTE,
    now,
    onEvent: (event) => cacheEvents.push(event),
  });
  const dropQuote = (accountNo: string, fromSeq: bigint) => cache.drop(accountNo, fromSeq);
  const core = newCore(
    {
      quote: quoteFlow({ ledger, taxRules, cache, audit }),
      pay: payoutFlow({ ledger, taxRules, dropQuote, audit }),
      rehearse: rehearsalFlow({ ledger, taxRules, audit }),
    },
    async () => true,
    () => undefined,
  );
  return { core, source, cacheEvents, close: () => source.destroy() };
}
