import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { backOffMs } from './back-off.ts';
import { type Address, connectSession, type Exchange, type LineSession, type Sent } from './session.ts';
import { WaitingRoom } from './waiting-room.ts';

/** Calls in flight at the legacy core: at 30 ms a call this carries about 500 calls a second. */
const SESSIONS = 16;
/** Callers who wait for a session; more are refused at once, so that a slow core cannot fill this process. */
export const MAX_WAITING = 64;
/** Longest wait for a session; what is left of the caller's time must still be worth something. */
const WAIT_WITHIN_MS = 1_000;
/** Firewalls between a bank's zones drop silent sessions after about a minute. */
const POLL_EVERY_MS = 10_000;
const RECONNECT_FIRST_MS = 100;
const RECONNECT_MOST_MS = 5_000;
/** How long a stop waits for answers under way. */
const DRAIN_WITHIN_MS = 5_000;
const DRAIN_CHECK_MS = 10;

export type LineOptions = {
  address: Address;
  log: Logger;
  random: () => number;
  /** Polls a session; false when the core does not say that it is well. */
  poll: (session: LineSession) => Promise<boolean>;
  sessions?: number;
  pollEveryMs?: number;
};

/** A bounded set of held, polled sessions with one legacy core, each reconnected for as long as the line lives. */
export class Line {
  readonly #options: LineOptions;
  readonly #live = new Set<LineSession>();
  readonly #idle = new Set<LineSession>();
  readonly #waiting = new WaitingRoom<LineSession>(MAX_WAITING);
  readonly #stopping = new AbortController();
  readonly #keepers: Promise<void>[];
  #underWay = 0;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#keepers = Array.from({ length: options.sessions ?? SESSIONS }, () => this.#keepOne());
    this.#keepers.push(this.#pollIdle());
  }

  /** True while at least one session has passed its poll. */
  get ready(): boolean {
    return this.#live.size > 0;
  }

  /** Sends one telegram on a free session, once. */
  async exchange<T>(sent: Sent<T>): Promise<Exchange<T>> {
    const deadlineMs = performance.now() + sent.withinMs;
    this.#underWay += 1;
    const session = await this.#acquire(Math.min(sent.withinMs, WAIT_WITHIN_MS));
    try {
      if (session === null) return { kind: 'not-sent', why: 'no free session with the legacy core' };
      return await session.exchange({ ...sent, withinMs: Math.max(1, deadlineMs - performance.now()) });
    } finally {
      this.#underWay -= 1;
      if (session !== null) this.#offer(session);
    }
  }

  /** Ends all sessions after their answers have come, or after a bounded time. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#waiting.sendAllAway();
    const drained = async (): Promise<void> => {
      while (this.#underWay > 0) await pause(DRAIN_CHECK_MS);
    };
    await Promise.race([drained(), pause(DRAIN_WITHIN_MS, undefined, { ref: false })]);
    for (const session of this.#live) session.close();
    await Promise.all(this.#keepers);
  }

  #acquire(withinMs: number): Promise<LineSession | null> {
    if (this.#stopping.signal.aborted) return Promise.resolve(null);
    for (const session of this.#idle) {
      this.#idle.delete(session);
      if (session.usable) return Promise.resolve(session);
    }
    return this.#waiting.wait(withinMs);
  }

  #offer(session: LineSession): void {
    if (!session.usable) return;
    if (!this.#waiting.serve(session)) this.#idle.add(session);
  }

  async #keepOne(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; failures++) {
      const session = await this.#open();
      if (session !== null) {
        failures = 0;
        this.#live.add(session);
        this.#offer(session);
        await session.closed;
        this.#live.delete(session);
        this.#idle.delete(session);
      }
      await this.#sleep(backOffMs(failures, this.#options.random(), RECONNECT_FIRST_MS, RECONNECT_MOST_MS));
    }
  }

  async #open(): Promise<LineSession | null> {
    const { address, log, poll } = this.#options;
    try {
      const session = await connectSession(address, log);
      if (await poll(session)) return session;
      session.close();
    } catch (fault) {
      log.debug({ err: fault }, 'no session with the legacy core');
    }
    return null;
  }

  async #pollIdle(): Promise<void> {
    const { poll, pollEveryMs = POLL_EVERY_MS } = this.#options;
    while (!this.#stopping.signal.aborted) {
      await this.#sleep(pollEveryMs);
      const idle = [...this.#idle];
      this.#idle.clear();
      await Promise.all(
        idle.map(async (session) => {
          if (await poll(session)) this.#offer(session);
          else session.close();
        }),
      );
    }
  }

  async #sleep(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
