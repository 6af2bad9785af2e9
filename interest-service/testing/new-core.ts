import type { Core } from '@core-exit/bank-contract';
import { type CacheEvent, type CacheStore, DayCache } from '@core-exit/cache';
import type { DataSource } from 'typeorm';
import { postgresAccessLog } from '../src/ledger/access-log.sql.ts';
import { postgresAccounts } from '../src/ledger/account.sql.ts';
import { answerFaults } from '../src/ledger/answer-faults.ts';
import { connect } from '../src/ledger/data-source.ts';
import { readTaxRules } from '../src/ledger/tax-rules.ts';
import { KEPT_QUOTE, type KeptQuote } from '../src/quote/quote.ts';
import { QUOTES } from '../src/quote/quote-cache.redis.ts';
import { newCore } from '../src/serve.ts';

export type CoreUnderTest = {
  core: Core;
  source: DataSource;
  /** What its cache did, read by read. */
  cacheEvents: CacheEvent[];
  close: () => Promise<void>;
};

/** A store that keeps nothing. */
const EMPTY_STORE: CacheStore = {
  read: async (keys) => keys.map(() => null),
  putIfNewer: async () => undefined,
  drop: async () => undefined,
  lease: async () => true,
};

/** The new core on a test's database. By default its quotes are never kept. */
export async function startNewCore(
  databaseUrl: string,
  store: CacheStore = EMPTY_STORE,
  now: () => number = Date.now,
): Promise<CoreUnderTest> {
  const source = await connect(databaseUrl, 'interest-service-test');
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
  const deps = {
    accounts: postgresAccounts(source),
    accessLog: postgresAccessLog(source, (fault) => {
      throw fault;
    }),
    taxRules: readTaxRules(new URL('../rules/tax.json', import.meta.url)),
    cache,
    dropQuote: (accountNo: string, fromSeq: bigint) => cache.drop(accountNo, fromSeq),
  };
  const core = newCore(
    source,
    deps,
    answerFaults(() => undefined),
  );
  return { core, source, cacheEvents, close: () => source.destroy() };
}
