import { boundedStore, DayCache, redisStore } from '@core-exit/cache';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { KEPT_QUOTE, type KeptQuote } from './quote.ts';

/** Prefix of everything quotes keep in Redis; the ledger stream drops from it. */
export const QUOTES = 'interest:quote';

const RECONNECT_MS = 500;
/** An answer this late is of no use to anybody: the connection is taken for dead and made anew. */
const SILENT_FOR_MS = 2_000;

/** A client that fails at once instead of queueing: whoever asks computes instead of waiting. */
export function redisClient(url: string, log: Logger, options: RedisOptions = {}): Redis {
  const redis = new Redis(url, {
    connectTimeout: SILENT_FOR_MS,
    socketTimeout: SILENT_FOR_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => RECONNECT_MS,
    ...options,
  });
  redis.on('error', (fault: Error) =>
    log.debug({ err: fault.message }, 'redis unreachable: quotes are computed'),
  );
  return redis;
}

/** Quotes kept for the bank's day by what computed them. */
export function quoteCache(redis: Redis, generation: string, now: () => number): DayCache<KeptQuote> {
  return new DayCache<KeptQuote>({
    store: boundedStore(redisStore(redis)),
    name: QUOTES,
    generation,
    zone: 'Asia/Seoul',
    codec: KEPT_QUOTE,
    now,
  });
}
