import { dateIn, type EpochMs, nextMidnight } from './midnight.ts';
import { singleFlight } from './single-flight.ts';
import type { DayStore } from './store.ts';

/** What happened to a read, for metrics. `bypass`: the store failed, the value was computed. */
export type CacheEvent = 'hit' | 'miss' | 'bypass' | 'put-failed' | 'drop-failed';

export type DayCacheOptions = {
  store: DayStore;
  /** Prefix of every key, e.g. `interest:quote`. */
  name: string;
  /** Who computed the values: a release with other rules must not serve what an earlier one kept. */
  generation: string;
  /** IANA zone whose midnight ends a day, e.g. `Asia/Seoul`. */
  zone: string;
  /** The clock that decides what day it is; give it the bank's, not the machine's. */
  now: () => EpochMs;
  onEvent?: (event: CacheEvent) => void;
};

/** A loaded value and the version of the state it was computed from; a greater version is newer. */
export type Versioned<T> = { value: T; version: bigint };

/** What is kept: a value, or the mark that everything up to a version was dropped. */
type Entry<T> = { expiresAt: EpochMs; generation: string; version: string } & (
  | { value: T }
  | { dropped: true }
);

/**
 * Keeps values until the next midnight of a zone.
 *
 * - The expiry is in the payload and checked against `now`: a store with a wrong clock cannot serve yesterday.
 * - A drop leaves a mark with its version, so a load that began before the drop cannot bring the old value back.
 * - The store may be slow, down, flushed or full: reads then compute, and nothing throws because of it.
 * - One load per key and process at a time.
 * - Releases share the keys, so a drop reaches all of them, but each serves only its own generation.
 *
 * Values must survive JSON.
 */
export class DayCache<T> {
  readonly #options: DayCacheOptions;
  readonly #flight = singleFlight<Versioned<T>>();

  constructor(options: DayCacheOptions) {
    this.#options = options;
  }

  /**
   * The value of `id` for the current day: kept, or loaded and kept. Rejects only with what `load` rejects with.
   * `notBefore`: the version the caller knows of; what was computed from an older one is not served.
   */
  async get(id: string, load: () => Promise<Versioned<T>>, notBefore = 0n): Promise<T> {
    const key = this.#keyToday(id);
    const kept = await this.#read(key, notBefore);
    if (kept !== null) return kept;
    const fresh = () => this.#loadAndKeep(key, load);
    const loaded = await this.#flight.run(key, fresh);
    if (loaded.version >= notBefore) return loaded.value;
    this.#flight.forget(key); // it joined a load from before the change it knows of
    return (await this.#flight.run(key, fresh)).value;
  }

  /** Forgets what was computed from any version below `version`. Never rejects; a failed drop is an event. */
  async drop(id: string, version: bigint): Promise<void> {
    const key = this.#keyToday(id);
    this.#flight.forget(key);
    await this.#write(key, version, { dropped: true });
  }

  async #loadAndKeep(key: string, load: () => Promise<Versioned<T>>): Promise<Versioned<T>> {
    const loaded = await load();
    await this.#write(key, loaded.version, { value: loaded.value });
    return loaded;
  }

  async #read(key: string, notBefore: bigint): Promise<T | null> {
    const { store, generation, now, onEvent } = this.#options;
    try {
      const text = await store.get(key);
      const entry = text === null ? null : (JSON.parse(text) as Entry<T>);
      const usable =
        entry?.generation === generation && entry.expiresAt > now() && BigInt(entry.version) >= notBefore;
      if (!usable || 'dropped' in entry) {
        onEvent?.('miss');
        return null;
      }
      onEvent?.('hit');
      return entry.value;
    } catch {
      onEvent?.('bypass');
      return null;
    }
  }

  async #write(key: string, version: bigint, what: { value: T } | { dropped: true }): Promise<void> {
    const { store, generation, zone, now, onEvent } = this.#options;
    const at = now();
    const expiresAt = nextMidnight(zone, at);
    try {
      const entry: Entry<T> = { expiresAt, generation, version: String(version), ...what };
      await store.putIfNewer(key, version, JSON.stringify(entry), expiresAt - at);
    } catch {
      onEvent?.('dropped' in what ? 'drop-failed' : 'put-failed');
    }
  }

  #keyToday(id: string): string {
    const { name, zone, now } = this.#options;
    return `${name}:${dateIn(zone, now())}:${id}`;
  }
}
