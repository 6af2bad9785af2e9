import { circuit } from './circuit.ts';
import { readTogether } from './read-together.ts';
import type { CacheStore } from './store.ts';
import { within } from './time-limit.ts';

/** A value computes in a few milliseconds: a store slower than this helps nobody. */
const READ_WITHIN_MS = 25;
/** Worth less than a read: without it two processes may load the same value. */
const LEASE_WITHIN_MS = 10;
/** Whoever drops waits no longer; the drop itself goes on. */
const DROP_WITHIN_MS = 20;
/** Nobody waits for a put, but one that hangs must end. */
const PUT_WITHIN_MS = 1_000;

/**
 * The same store, but no call outlasts its limit, and after several that failed in a row none is made for a while. Reads of
 * one turn of the event loop are one call.
 */
export function boundedStore(store: CacheStore, now: () => number = () => performance.now()): CacheStore {
  const guard = circuit(now);
  const call = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
    guard.assertClosed();
    try {
      const result = await within(ms, work());
      guard.worked();
      return result;
    } catch (fault) {
      guard.failed();
      throw fault;
    }
  };
  return {
    read: readTogether((keys) => call(READ_WITHIN_MS, () => store.read(keys))),
    lease: (key, ttlMs) => call(LEASE_WITHIN_MS, () => store.lease(key, ttlMs)),
    drop: (drops, ttlMs) => call(DROP_WITHIN_MS, () => store.drop(drops, ttlMs)),
    putIfNewer: (key, version, text, ttlMs) =>
      call(PUT_WITHIN_MS, () => store.putIfNewer(key, version, text, ttlMs)),
  };
}
