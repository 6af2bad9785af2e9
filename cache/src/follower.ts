import { randomUUID } from 'node:crypto';
import { BEAT_TTL_MS, beatKey, readBeat, writeBeat } from './beat.ts';
import { MARK_TTL_MS } from './day-cache.ts';
import type { EpochMs } from './midnight.ts';
import type { Store } from './store.ts';

export type FollowerOptions = {
  store: Store;
  /** The name of the caches it drops from. */
  name: string;
  newId?: () => string;
  /** A new epoch began: everything kept until now is loaded again when it is next asked for. */
  onEpoch?: (epoch: string) => void;
};

/**
 * The hand of whoever follows a source's changes: drops what changed, and tells the caches up to when.
 *
 * An epoch lasts as long as no drop can have been lost. A drop that failed, a server that restarted or was replaced (it
 * may hold an earlier time), or a flush (a mark may be gone while a load is under way) begins a new one, and values of
 * an earlier epoch are not served. A follower that takes over from another, with no change left out, goes on with its epoch.
 */
export class Follower {
  readonly #options: FollowerOptions;
  /** Why the epoch in the store can no longer be gone on with. */
  #isBroken = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Drops what is older than these versions. Never rejects: what cannot be dropped ends the epoch. */
  async drop(changes: Iterable<readonly [id: string, version: bigint]>): Promise<void> {
    const drops = [...changes].map(([id, version]) => ({ key: `${this.#options.name}:${id}`, version }));
    await this.#options.store.drop(drops, MARK_TTL_MS).catch(() => this.forgetAll());
  }

  /** From the next beat on nothing that was kept before is served. */
  forgetAll(): void {
    this.#isBroken = true;
  }

  /**
   * Says that every change committed before `at` was handed to {@link drop}. False: the store did not take it; then the
   * changes since the last beat it took must not be counted as followed.
   */
  async beat(at: EpochMs, day: string): Promise<boolean> {
    const { store, name, newId = randomUUID, onEpoch } = this.#options;
    const key = beatKey(name);
    try {
      const [[held = null], server] = await Promise.all([store.read([key]), store.identity()]);
      const before = readBeat(held);
      const goesOn = !this.#isBroken && before?.epoch.endsWith(`@${server}`) === true;
      const epoch = goesOn ? before.epoch : `${newId()}@${server}`;
      const wasTaken = await store.replace(key, held, writeBeat({ epoch, at, day }), BEAT_TTL_MS);
      if (wasTaken && !goesOn) {
        this.#isBroken = false;
        onEpoch?.(epoch);
      }
      return wasTaken;
    } catch {
      return false;
    }
  }
}
