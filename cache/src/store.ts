/** What the day cache needs of a key-value store. Methods reject when the store is slow, down or full. */
export interface DayStore {
  get(key: string): Promise<string | null>;
  /** Stores unless a newer version is there already. */
  putIfNewer(key: string, version: bigint, text: string, ttlMs: number): Promise<void>;
}
