import { setTimeout as sleep } from 'node:timers/promises';
import { type CachedValue, readCachedValue, writeCachedValue } from './cached-value.ts';
import { freshnessOf, NO_EPOCH } from './freshness.ts';
import { type Heartbeat, heartbeatKey, readHeartbeat } from './heartbeat.ts';
import { type EpochMs, endOfDay } from './midnight.ts';
import { singleFlight } from './single-flight.ts';
import type { CacheStore } from './store.ts';
import { withTimeLimit } from './time-limit.ts';

/** While another process loads the value, this process polls the store this often and this long, then loads itself. */
const POLL_EVERY_MS = 5;
const WAIT_FOR_OTHER_MS = 15;
/** A load takes milliseconds. After this time another process may start one as well. */
const LEASE_MS = 200;
/** A value that took longer to load is not cached, because the mark of a drop during the load may have expired. */
const CACHE_WITHIN_MS = 10_000;
/** Longer than {@link CACHE_WITHIN_MS}, with room for differences between clocks. */
export const MARK_TTL_MS = 60_000;

/**
 * The outcome of a read or a write, for metrics.
 *
 * - `hit`: served from the store without a call to the source.
 * - `confirmed`: served from the store after the source returned its position.
 * - `shared`: another process loaded the value.
 * - `miss`: this process loaded the value.
 * - `bypass`: the store failed, so this process loaded the value.
 * - `put-failed`, `drop-failed`: the store did not accept a value or a drop.
 */
export type CacheEvent = 'hit' | 'confirmed' | 'shared' | 'miss' | 'bypass' | 'put-failed' | 'drop-failed';

/** Converts values to text and back. The default is JSON. */
export type Codec<T> = { write(value: T): string; read(text: string): T };

export type DayCacheOptions<T> = {
  /** A {@link boundedStore}, because a read waits for any other store without a limit. */
  store: CacheStore;
  /** Prefix of every key, such as `shop:price`. */
  name: string;
  /** The release and rules that computed the values. A release serves only values of its own generation. */
  generation: string;
  /** IANA time zone whose midnight ends a day, such as `Europe/Berlin`. */
  zone: string;
  /** The current time, which should agree with the clock of the source. */
  now: () => EpochMs;
  codec?: Codec<T>;
  onEvent?: (event: CacheEvent) => void;
};

/** The state of the source: the version of an item (greater is newer) and the calendar day (`YYYY-MM-DD`). */
type Position = { version: bigint; day: string };
export type Loaded<T> = Position & { value: T };

/** The source of the values. Both functions return null if the item does not exist. */
export type Source<T> = {
  load(): Promise<Loaded<T> | null>;
  /** Only the version and the day, which is cheaper than a load. */
  position(): Promise<Position | null>;
};

/** The result of a read of the store: the freshness of a key, with its value if it may be used. */
type Lookup<T> = { heartbeat: Heartbeat | null } & (
  | { kind: 'load'; notBefore: bigint }
  | { kind: 'current' | 'confirm'; cached: CachedValue; value: T }
);

/**
 * Caches values for the calendar day that they were computed for.
 *
 * - While a follower of the source writes heartbeats ({@link Follower}), a value is served from the store in one round
 *   trip. Otherwise the cache reads the position of the source first. In both cases a served value is at most
 *   HEARTBEAT_MAX_AGE_MS old.
 * - The day and its end are stored with the value, as the source returned them. Near the end of a day the cache reads the
 *   position of the source.
 * - A drop leaves a mark with its version, so a load that started before the drop cannot store the old value again.
 * - If the store is slow, down, flushed or full, reads load the value. No read fails because of the store.
 * - There is one load for each key at a time in this process and, for a limited wait, in all processes.
 * - Releases share the keys, so a drop reaches all of them. Each release serves only values of its own generation.
 */
export class DayCache<T> {
  readonly #options: DayCacheOptions<T>;
  readonly #codec: Codec<T>;
  readonly #flight = singleFlight<Loaded<T> | null>();
  readonly #heartbeatKey: string;
  /** Parsed once, because thousands of reads have the same heartbeat. */
  #lastHeartbeat: { text: string | null; heartbeat: Heartbeat | null } = { text: null, heartbeat: null };

  constructor(options: DayCacheOptions<T>) {
    this.#options = options;
    this.#codec = options.codec ?? { write: JSON.stringify, read: (text) => JSON.parse(text) as T };
    this.#heartbeatKey = heartbeatKey(options.name);
  }

  /** The value of `id` from the store or the source; null if the source has none. Rejects only if the source rejects. */
  async get(id: string, source: Source<T>): Promise<T | null> {
    const key = this.#keyOf(id);
    const lookup = await this.#lookUp(key);
    if (lookup === null) return this.#loadWithoutStore(key, source);
    if (lookup.kind === 'load') return this.#load(key, source, lookup.notBefore, lookup.heartbeat);
    if (lookup.kind === 'current') {
      this.#emit('hit');
      return lookup.value;
    }
    const position = await source.position();
    if (position === null) return null;
    if (!isAt(lookup.cached, position)) return this.#load(key, source, position.version, lookup.heartbeat);
    this.#emit('confirmed');
    return lookup.value;
  }

  /** Drops the value if it was computed from a version below `version`. Never rejects; a failed drop is an event. */
  async drop(id: string, version: bigint): Promise<void> {
    const key = this.#keyOf(id);
    this.#flight.forget(key);
    await this.#options.store.drop([{ key, version }], MARK_TTL_MS).catch(() => this.#emit('drop-failed'));
  }

  /** Without an answer of the store the value cannot be cached. Older values are dropped, so that none is served later. */
  async #loadWithoutStore(key: string, source: Source<T>): Promise<T | null> {
    this.#emit('bypass');
    const loaded = await this.#flight.run(key, () => source.load());
    if (loaded === null) return null;
    const { version, value } = loaded;
    void this.#options.store.drop([{ key, version }], MARK_TTL_MS).catch(() => undefined);
    return value;
  }

  /** Loads once for all callers. A caller that needs a newer version than the shared load returned loads again. */
  async #load(
    key: string,
    source: Source<T>,
    notBefore: bigint,
    heartbeat: Heartbeat | null,
  ): Promise<T | null> {
    const loaded = await this.#flight.run(key, () => this.#loadOnce(key, source, heartbeat));
    if (loaded === null || loaded.version >= notBefore) return loaded?.value ?? null;
    this.#flight.forget(key);
    return (await this.#flight.run(key, () => this.#loadAndCache(key, source, heartbeat)))?.value ?? null;
  }

  async #loadOnce(key: string, source: Source<T>, heartbeat: Heartbeat | null): Promise<Loaded<T> | null> {
    const hasLease = await this.#options.store.lease(key, LEASE_MS).catch(() => true);
    const other = hasLease
      ? null
      : await withTimeLimit(WAIT_FOR_OTHER_MS, this.#waitForOther(key, source)).catch(() => null);
    if (other === null) return this.#loadAndCache(key, source, heartbeat);
    this.#emit('shared');
    return other;
  }

  async #loadAndCache(
    key: string,
    source: Source<T>,
    heartbeat: Heartbeat | null,
  ): Promise<Loaded<T> | null> {
    this.#emit('miss');
    const startedAt = performance.now();
    const loaded = await source.load();
    // No caller waits for the store.
    if (loaded !== null && performance.now() - startedAt < CACHE_WITHIN_MS)
      void this.#cache(key, loaded, heartbeat);
    return loaded;
  }

  async #waitForOther(key: string, source: Source<T>): Promise<Loaded<T> | null> {
    const until = performance.now() + WAIT_FOR_OTHER_MS;
    while (performance.now() < until) {
      await sleep(POLL_EVERY_MS);
      const lookup = await this.#lookUp(key);
      if (lookup === null) return null;
      if (lookup.kind === 'load') continue;
      const { cached, value } = lookup;
      const position = lookup.kind === 'current' ? cached : await source.position();
      if (position === null || !isAt(cached, position)) return null;
      return { value, version: cached.version, day: cached.day };
    }
    return null;
  }

  /** Reads the value and the heartbeat in one round trip; null if the store does not answer. */
  async #lookUp(key: string): Promise<Lookup<T> | null> {
    const { store, generation, now } = this.#options;
    const held = await store.read([key, this.#heartbeatKey]).catch(() => null);
    if (held === null) return null;
    const heartbeat = this.#heartbeatOf(held[1] ?? null);
    const freshness = freshnessOf(readCachedValue(held[0] ?? null), heartbeat, generation, now());
    if (freshness.kind === 'load') return { ...freshness, heartbeat };
    const { kind, cached } = freshness;
    try {
      return { kind, cached, value: this.#codec.read(cached.text), heartbeat };
    } catch {
      return { kind: 'load', notBefore: 0n, heartbeat }; // the text is not one of this codec, so its version is not known either
    }
  }

  #heartbeatOf(text: string | null): Heartbeat | null {
    if (text !== this.#lastHeartbeat.text) this.#lastHeartbeat = { text, heartbeat: readHeartbeat(text) };
    return this.#lastHeartbeat.heartbeat;
  }

  async #cache(key: string, { value, version, day }: Loaded<T>, heartbeat: Heartbeat | null): Promise<void> {
    const { store, generation, zone, now } = this.#options;
    const expiresAt = endOfDay(zone, day);
    const ttlMs = expiresAt - now();
    if (ttlMs <= 0) return;
    const epoch = heartbeat?.epoch ?? NO_EPOCH; // read before the load, so a value loaded before a new epoch is not served in it
    const text = writeCachedValue({ day, expiresAt, epoch, generation, text: this.#codec.write(value) });
    await store.putIfNewer(key, version, text, ttlMs).catch(() => this.#emit('put-failed'));
  }

  #emit(event: CacheEvent): void {
    this.#options.onEvent?.(event);
  }

  #keyOf(id: string): string {
    return `${this.#options.name}:${id}`;
  }
}

function isAt(cached: Position, { version, day }: Position): boolean {
  return cached.version === version && cached.day === day;
}
