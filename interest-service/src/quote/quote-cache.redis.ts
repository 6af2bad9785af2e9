import { boundedStore, DayCache, redisStore } from '@core-exit/cache';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { KEPT_QUOTE, type KeptQuote } from './quote.ts';

/** Prefix of all cached quotes in Redis. The ledger stream drops quotes under the same prefix. */
export const QUOTES = 'interest:quote';

const RECONNECT_MS = 500;
/** A later answer has no use. The connection counts as dead and is opened again. */
const SILENT_FOR_MS = 2_000;

/** A client that fails at once and queues nothing, so that a caller computes the quote and does not wait. */
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

/** Quotes that are kept for the bank's day. `generation`: quotes of another release or other tax rules are not served. */
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
