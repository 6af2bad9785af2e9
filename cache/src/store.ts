/** Everything of `key` that is older than `version` is dropped, and a mark with the version is left in its place. */
export type Drop = { key: string; version: bigint };

/**
 * The key-value store of a cache. Every method rejects if the store is slow, down or full. Values are stored as
 * `VERSION:TEXT`, so that the store itself can refuse older ones; a mark has no text.
 */
export interface CacheStore {
  /** The texts of the keys, all read at the same moment; null for a missing key. */
  read(keys: readonly string[]): Promise<(string | null)[]>;
  /** Stores `VERSION:TEXT` unless the store has a newer version, and releases the lease of the key. */
  putIfNewer(key: string, version: bigint, text: string, ttlMs: number): Promise<void>;
  /** Leaves a mark for each key that is missing or older, and releases its lease. In order, but not atomically. */
  drop(drops: readonly Drop[], ttlMs: number): Promise<void>;
  /** Takes the right to load a key until the key is put or dropped, or until the time ends. False: it is taken. */
  lease(key: string, ttlMs: number): Promise<boolean>;
}

/** The store of a follower. */
export interface Store extends CacheStore {
  /** Stores `text` if the key still has the text `expected`. Otherwise changes nothing and returns false. */
  replace(key: string, expected: string | null, text: string, ttlMs: number): Promise<boolean>;
  /** Identifies the server. The value changes after a restart or a failover, because the data may then be older. */
  identity(): Promise<string>;
}

/** The key of a lease. */
export const leaseOf = (key: string): string => `${key}:lease`;
