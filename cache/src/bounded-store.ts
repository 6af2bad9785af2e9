import { batchedRead } from './batched-read.ts';
import { circuit } from './circuit.ts';
import type { CacheStore } from './store.ts';
import { withTimeLimit } from './time-limit.ts';

/** A value is computed in a few milliseconds, so a slower store saves nothing. */
const READ_WITHIN_MS = 25;
/** A lease is worth less than a read: without a lease two processes may load the same value. */
const LEASE_WITHIN_MS = 10;
/** The caller waits no longer than this; the drop itself continues. */
const DROP_WITHIN_MS = 20;
/** No caller waits for a put, but a put that hangs must end. */
const PUT_WITHIN_MS = 1_000;

/**
 * The same store with a time limit for each call, and a circuit breaker that stops the calls for a while after several
 * failures in a row. All reads of one turn of the event loop become one call.
 */
export function boundedStore(store: CacheStore, now: () => number = () => performance.now()): CacheStore {
  const breaker = circuit(now);
  const call = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
    breaker.assertClosed();
    try {
      const result = await withTimeLimit(ms, work());
      breaker.succeeded();
      return result;
    } catch (fault) {
      breaker.failed();
      throw fault;
    }
  };
  return {
    read: batchedRead((keys) => call(READ_WITHIN_MS, () => store.read(keys))),
    lease: (key, ttlMs) => call(LEASE_WITHIN_MS, () => store.lease(key, ttlMs)),
    drop: (drops, ttlMs) => call(DROP_WITHIN_MS, () => store.drop(drops, ttlMs)),
    putIfNewer: (key, version, text, ttlMs) =>
      call(PUT_WITHIN_MS, () => store.putIfNewer(key, version, text, ttlMs)),
  };
}
