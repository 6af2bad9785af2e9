import { leaseOf, type Store } from './store.ts';

/** A store in the memory of this process, without a limit, for tests. It shows in a few lines what a store must do. */
export function memoryStore(now: () => number = Date.now): Store & { flush(): void } {
  const held = new Map<string, { text: string; until: number }>();
  let identity = 1;
  const textOf = (key: string): string | null => {
    const there = held.get(key);
    return there !== undefined && there.until > now() ? there.text : null;
  };
  const versionOf = (key: string): bigint | null => {
    const text = textOf(key);
    return text === null ? null : BigInt(text.slice(0, text.indexOf(':')));
  };
  const set = (key: string, text: string, ttlMs: number) => held.set(key, { text, until: now() + ttlMs });
  return {
    read: async (keys) => keys.map(textOf),
    async putIfNewer(key, version, text, ttlMs) {
      held.delete(leaseOf(key));
      if ((versionOf(key) ?? -1n) <= version) set(key, `${version}:${text}`, ttlMs);
    },
    async drop(drops, ttlMs) {
      for (const { key, version } of drops) {
        held.delete(leaseOf(key));
        if ((versionOf(key) ?? -1n) < version) set(key, `${version}:`, ttlMs);
      }
    },
    async lease(key, ttlMs) {
      const isFree = textOf(leaseOf(key)) === null;
      if (isFree) set(leaseOf(key), '1', ttlMs);
      return isFree;
    },
    async replace(key, expected, text, ttlMs) {
      const isExpected = textOf(key) === expected;
      if (isExpected) set(key, text, ttlMs);
      return isExpected;
    },
    identity: async () => String(identity),
    /** Deletes everything, like a restart. */
    flush() {
      held.clear();
      identity += 1;
    },
  };
}
