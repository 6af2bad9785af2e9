/** A mark to leave: everything of `key` that is older than `version` is forgotten. */
export type Drop = { key: string; version: bigint };

/**
 * What a cache needs of a key-value store. Every method rejects when the store is slow, down or full.
 * What is put is held as `VERSION:TEXT`, so that the store itself can refuse what is older; a mark has no text.
 */
export interface CacheStore {
  /** What the keys hold, all read at one moment; null where there is nothing. */
  read(keys: readonly string[]): Promise<(string | null)[]>;
  /** Holds `VERSION:TEXT` unless something newer is there, and gives up the lease on the key. */
  putIfNewer(key: string, version: bigint, text: string, ttlMs: number): Promise<void>;
  /** Leaves marks where something older or nothing is held, and gives up leases. In order, but not all or none. */
  drop(drops: readonly Drop[], ttlMs: number): Promise<void>;
  /** Takes the right to load a key, until it is put or dropped or the time is over; false: another has it. */
  lease(key: string, ttlMs: number): Promise<boolean>;
}

/** What a follower needs as well. */
export interface Store extends CacheStore {
  /** Holds `text` if the key still holds `expected`, else changes nothing and says false. */
  replace(key: string, expected: string | null, text: string, ttlMs: number): Promise<boolean>;
  /** Which server this is: another value after a restart or a failover, for what it held may be of an earlier time. */
  identity(): Promise<string>;
}

/** Where the lease of a key is kept. */
export const leaseOf = (key: string): string => `${key}:lease`;
