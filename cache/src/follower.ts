import { randomUUID } from 'node:crypto';
import { MARK_TTL_MS } from './day-cache.ts';
import { HEARTBEAT_TTL_MS, heartbeatKey, readHeartbeat, writeHeartbeat } from './heartbeat.ts';
import type { EpochMs } from './midnight.ts';
import type { Store } from './store.ts';

export type FollowerOptions = {
  store: Store;
  /** The name of the caches whose values the follower drops. */
  name: string;
  newId?: () => string;
  /** Called at the start of a new epoch: every value cached before is loaded again on its next read. */
  onEpoch?: (epoch: string) => void;
};

/**
 * Follows the changes of a source: drops the values that changed, and writes heartbeats, which tell the caches up to which
 * time all changes were dropped.
 *
 * An epoch lasts while no drop can have been lost. A new epoch begins after a failed drop, after a restart or a
 * replacement of the server (which may hold older data), and after a flush (a mark may be gone during a load). Values of
 * an earlier epoch are not served. A follower that continues another follower's work without a gap keeps its epoch.
 */
export class Follower {
  readonly #options: FollowerOptions;
  /** Whether the epoch in the store must end. */
  #isBroken = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Drops the values that are older than these versions. Never rejects: a failed drop ends the epoch. */
  async drop(changes: Iterable<readonly [id: string, version: bigint]>): Promise<void> {
    const drops = [...changes].map(([id, version]) => ({ key: `${this.#options.name}:${id}`, version }));
    await this.#options.store.drop(drops, MARK_TTL_MS).catch(() => this.forgetAll());
  }

  /** After the next heartbeat no value that was cached before is served. */
  forgetAll(): void {
    this.#isBroken = true;
  }

  /**
   * Writes a heartbeat: every change committed before `at` was given to {@link drop}. Returns false if the store did not
   * accept the heartbeat; then the changes since the last accepted heartbeat must not count as followed.
   */
  async beat(at: EpochMs, day: string): Promise<boolean> {
    const { store, name, newId = randomUUID, onEpoch } = this.#options;
    const key = heartbeatKey(name);
    try {
      const [[held = null], server] = await Promise.all([store.read([key]), store.identity()]);
      const previous = readHeartbeat(held);
      const continues = !this.#isBroken && previous?.epoch.endsWith(`@${server}`) === true;
      const epoch = continues ? previous.epoch : `${newId()}@${server}`;
      const wasAccepted = await store.replace(
        key,
        held,
        writeHeartbeat({ epoch, at, day }),
        HEARTBEAT_TTL_MS,
      );
      if (wasAccepted && !continues) {
        this.#isBroken = false;
        onEpoch?.(epoch);
      }
      return wasAccepted;
    } catch {
      return false;
    }
  }
}
