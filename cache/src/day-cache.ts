import { setTimeout as sleep } from 'node:timers/promises';
import { type Beat, beatKey, readBeat } from './beat.ts';
import { type Kept, readEntry, writeEntry } from './cached-value.ts';
import { judge, NO_EPOCH } from './freshness.ts';
import { type EpochMs, endOfDay } from './midnight.ts';
import { singleFlight } from './single-flight.ts';
import type { CacheStore } from './store.ts';
import { within } from './time-limit.ts';

/** While another process loads the same value this one looks for it so often, and so long; then it loads itself. */
const LOOK_EVERY_MS = 5;
const WAIT_FOR_OTHERS_MS = 15;
/** A load takes milliseconds: after this long another process may begin as well. */
const LEASE_MS = 200;
/** What took longer to load is not kept: the mark of a drop in the meantime might be gone. */
const KEEP_WITHIN_MS = 10_000;
/** Longer than {@link KEEP_WITHIN_MS}, with room for clocks. */
export const MARK_TTL_MS = 60_000;

/**
 * What happened to a read, for metrics. `hit`: served without the source; `confirmed`: served after the source was
 * asked for its position; `shared`: another process loaded it; `bypass`: the store failed, the value was loaded.
 */
export type CacheEvent = 'hit' | 'confirmed' | 'shared' | 'miss' | 'bypass' | 'put-failed' | 'drop-failed';

/** Gives values back as they were; the default is JSON. */
export type Codec<T> = { write(value: T): string; read(text: string): T };

export type DayCacheOptions<T> = {
  /** Bounded ({@link boundedStore}), or a read waits for it as long as it likes. */
  store: CacheStore;
  /** Prefix of every key, e.g. `interest:quote`. */
  name: string;
  /** Who computed the values: a release with other rules must not serve what an earlier one kept. */
  generation: string;
  /** IANA zone whose midnight ends a day, e.g. `Asia/Seoul`. */
  zone: string;
  /** The source's clock as this process knows it. */
  now: () => EpochMs;
  codec?: Codec<T>;
  onEvent?: (event: CacheEvent) => void;
};

/** Where the source stands: a version of the thing (greater is newer) and the calendar day (`YYYY-MM-DD`). */
type Position = { version: bigint; day: string };
export type Loaded<T> = Position & { value: T };

/** Whoever knows the truth. Both answer null when there is no such thing. */
export type Source<T> = {
  load(): Promise<Loaded<T> | null>;
  /** Cheaper than a load: only where the source stands. */
  position(): Promise<Position | null>;
};

/** What the store held of a key, judged, with the value if it may be used. */
type Seen<T> = { beat: Beat | null } & (
  | { kind: 'load'; notBefore: bigint }
  | { kind: 'current' | 'confirm'; kept: Kept; value: T }
);

/**
 * Keeps values for the calendar day they were computed for.
 *
 * - While a follower of the source says that all changes were dropped ({@link Follower}), a value is served from the
 *   store in one round trip. Otherwise the source is asked for its position first. Either way nothing older than
 *   BEAT_MAX_AGE_MS is served.
 * - The day and its end are in the payload, as the source said; near the end of a day the source is asked.
 * - A drop leaves a mark with its version, so a load that began before the drop cannot bring the old value back.
 * - The store may be slow, down, flushed or full: reads then load, and nothing throws because of it.
 * - One load per key at a time, in this process and, for a bounded wait, in all of them.
 * - Releases share the keys, so a drop reaches all of them, but each serves only its own generation.
 */
export class DayCache<T> {
  readonly #options: DayCacheOptions<T>;
  readonly #codec: Codec<T>;
  readonly #flight = singleFlight<Loaded<T> | null>();
  readonly #beatKey: string;
  /** The beat is the same for thousands of reads. */
  #lastBeat: { text: string | null; beat: Beat | null } = { text: null, beat: null };

  constructor(options: DayCacheOptions<T>) {
    this.#options = options;
    this.#codec = options.codec ?? { write: JSON.stringify, read: (text) => JSON.parse(text) as T };
    this.#beatKey = beatKey(options.name);
  }

  /** The value of `id`: kept, or loaded and kept; null when the source has none. Rejects only with what the source does. */
  async get(id: string, source: Source<T>): Promise<T | null> {
    const key = this.#keyOf(id);
    const seen = await this.#look(key);
    if (seen === null) return this.#loadPast(key, source);
    if (seen.kind === 'load') return this.#load(key, source, seen.notBefore, seen.beat);
    if (seen.kind === 'current') {
      this.#tell('hit');
      return seen.value;
    }
    const position = await source.position();
    if (position === null) return null;
    if (!isAt(seen.kept, position)) return this.#load(key, source, position.version, seen.beat);
    this.#tell('confirmed');
    return seen.value;
  }

  /** Forgets what was computed from any version below `version`. Never rejects; a failed drop is an event. */
  async drop(id: string, version: bigint): Promise<void> {
    const key = this.#keyOf(id);
    this.#flight.forget(key);
    await this.#options.store.drop([{ key, version }], MARK_TTL_MS).catch(() => this.#tell('drop-failed'));
  }

  /** The store did not answer: nothing can be kept, but what is older than the answer must not be served after it. */
  async #loadPast(key: string, source: Source<T>): Promise<T | null> {
    this.#tell('bypass');
    const loaded = await this.#flight.run(key, () => source.load());
    if (loaded === null) return null;
    const { version, value } = loaded;
    void this.#options.store.drop([{ key, version }], MARK_TTL_MS).catch(() => undefined);
    return value;
  }

  /** Loads once for all who ask; one that joined a load from before the change it knows of loads for itself. */
  async #load(key: string, source: Source<T>, notBefore: bigint, beat: Beat | null): Promise<T | null> {
    const loaded = await this.#flight.run(key, () => this.#loadOnce(key, source, beat));
    if (loaded === null || loaded.version >= notBefore) return loaded?.value ?? null;
    this.#flight.forget(key);
    return (await this.#flight.run(key, () => this.#loadAndKeep(key, source, beat)))?.value ?? null;
  }

  async #loadOnce(key: string, source: Source<T>, beat: Beat | null): Promise<Loaded<T> | null> {
    const isOurs = await this.#options.store.lease(key, LEASE_MS).catch(() => true);
    const theirs = isOurs
      ? null
      : await within(WAIT_FOR_OTHERS_MS, this.#waitForOthers(key, source)).catch(() => null);
    if (theirs === null) return this.#loadAndKeep(key, source, beat);
    this.#tell('shared');
    return theirs;
  }

  async #loadAndKeep(key: string, source: Source<T>, beat: Beat | null): Promise<Loaded<T> | null> {
    this.#tell('miss');
    const begun = performance.now();
    const loaded = await source.load();
    // Nobody waits for the store to take it.
    if (loaded !== null && performance.now() - begun < KEEP_WITHIN_MS) void this.#keep(key, loaded, beat);
    return loaded;
  }

  async #waitForOthers(key: string, source: Source<T>): Promise<Loaded<T> | null> {
    const until = performance.now() + WAIT_FOR_OTHERS_MS;
    while (performance.now() < until) {
      await sleep(LOOK_EVERY_MS);
      const seen = await this.#look(key);
      if (seen === null) return null;
      if (seen.kind === 'load') continue;
      const { kept, value } = seen;
      const position = seen.kind === 'current' ? kept : await source.position();
      if (position === null || !isAt(kept, position)) return null;
      return { value, version: kept.version, day: kept.day };
    }
    return null;
  }

  /** What is kept and what the follower says, in one round trip; null when the store does not answer. */
  async #look(key: string): Promise<Seen<T> | null> {
    const { store, generation, now } = this.#options;
    const held = await store.read([key, this.#beatKey]).catch(() => null);
    if (held === null) return null;
    const beat = this.#beatOf(held[1] ?? null);
    const judgement = judge(readEntry(held[0] ?? null), beat, generation, now());
    if (judgement.kind === 'load') return { ...judgement, beat };
    const { kind, kept } = judgement;
    try {
      return { kind, kept, value: this.#codec.read(kept.text), beat };
    } catch {
      return { kind: 'load', notBefore: 0n, beat }; // not of our writing, nor its version
    }
  }

  #beatOf(text: string | null): Beat | null {
    if (text !== this.#lastBeat.text) this.#lastBeat = { text, beat: readBeat(text) };
    return this.#lastBeat.beat;
  }

  async #keep(key: string, { value, version, day }: Loaded<T>, beat: Beat | null): Promise<void> {
    const { store, generation, zone, now } = this.#options;
    const expiresAt = endOfDay(zone, day);
    const ttlMs = expiresAt - now();
    if (ttlMs <= 0) return;
    const epoch = beat?.epoch ?? NO_EPOCH; // of before the load: what was dropped since is refused by its mark
    const text = writeEntry({ day, expiresAt, epoch, generation, text: this.#codec.write(value) });
    await store.putIfNewer(key, version, text, ttlMs).catch(() => this.#tell('put-failed'));
  }

  #tell(event: CacheEvent): void {
    this.#options.onEvent?.(event);
  }

  #keyOf(id: string): string {
    return `${this.#options.name}:${id}`;
  }
}

function isAt(kept: Position, { version, day }: Position): boolean {
  return kept.version === version && kept.day === day;
}
