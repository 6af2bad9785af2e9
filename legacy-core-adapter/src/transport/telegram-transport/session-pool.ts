import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type LengthPrefix, TEXT_4 } from '../../../telegram/prefix.ts';
import { backOffMs } from '../../back-off.ts';
import { Breaker } from '../circuit-breaker.ts';
import { type CountName, LineCounts } from '../transport-counts.ts';
import { type Address, connectSession, type Exchange, type LineSession, type Sent } from './telegram-session.ts';
import { WaitingRoom } from './wait-queue.ts';

/** Sessions and telegrams in flight on each: at 30 ms a call the two carry about 4,000 calls a second. */
export const SESSIONS = 8;
export const IN_FLIGHT = 16;
/** Callers who wait for a place; more are refused at once, so that a slow core cannot fill this process. */
export const MAX_WAITING = 64;
/** Longest wait for a place; what is left of the caller's time must still be worth something. */
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
  prefix?: LengthPrefix;
  sessions?: number;
  /** Telegrams in flight on one session. */
  inFlight?: number;
  pollEveryMs?: number;
};

/** A bounded set of held, polled sessions with one legacy core, each reconnected for as long as the line lives. */
export class Line {
  readonly #options: LineOptions;
  readonly #live = new Set<LineSession>();
  readonly #waiting = new WaitingRoom<LineSession>(MAX_WAITING);
  readonly #stopping = new AbortController();
  readonly #keepers: Promise<void>[];
  readonly #counts = new LineCounts();
  readonly #breaker: Breaker;
  #underWay = 0;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#breaker = new Breaker(() => {
      this.#counts.add('circuitOpened');
      options.log.error('the legacy core does not answer: circuit open, callers are told to come back');
    });
    this.#keepers = Array.from({ length: options.sessions ?? SESSIONS }, () => this.#keepOne());
    this.#keepers.push(this.#pollAll());
  }

  /** True while at least one session has passed its poll. */
  get ready(): boolean {
    return this.#live.size > 0;
  }

  counts(): Record<CountName | 'sessions' | 'underWay', number> {
    return { ...this.#counts.all(), sessions: this.#live.size, underWay: this.#underWay };
  }

  /** Sends one telegram on the session with most room, once. */
  async exchange<T>(sent: Sent<T>): Promise<Exchange<T>> {
    if (this.#stopping.signal.aborted) return { kind: 'not-sent', why: 'this line is being stopped' };
    this.#underWay += 1;
    try {
      const exchange = await this.#breaker.call(() => this.#send(sent));
      this.#counts.add(COUNTED[exchange.kind]);
      return exchange;
    } finally {
      this.#underWay -= 1;
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

  async #send<T>(sent: Sent<T>): Promise<Exchange<T>> {
    const deadlineMs = performance.now() + sent.withinMs;
    const session = await this.#acquire(Math.min(sent.withinMs, WAIT_WITHIN_MS));
    if (session === null) return { kind: 'not-sent', why: 'no room on any session with the legacy core' };
    try {
      return await session.exchange({ ...sent, withinMs: Math.max(1, deadlineMs - performance.now()) });
    } finally {
      session.release();
      this.#offer(session);
    }
  }

  #acquire(withinMs: number): Promise<LineSession | null> {
    const emptiest = [...this.#live].toSorted((a, b) => a.load - b.load).find((session) => session.reserve());
    return emptiest === undefined ? this.#waiting.wait(withinMs) : Promise.resolve(emptiest);
  }

  /** Hands the places of a session to those who wait. */
  #offer(session: LineSession): void {
    while (this.#waiting.hasSomebody && session.reserve()) this.#waiting.serve(session);
  }

  async #keepOne(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; failures++) {
      const session = await this.#open();
      if (session !== null) {
        failures = 0;
        // stopped while it was being opened: nobody else will close it
        if (this.#stopping.signal.aborted) session.close();
        this.#live.add(session);
        this.#offer(session);
        await session.closed;
        this.#live.delete(session);
      }
      await this.#sleep(backOffMs(failures, this.#options.random(), RECONNECT_FIRST_MS, RECONNECT_MOST_MS));
    }
  }

  async #open(): Promise<LineSession | null> {
    const { address, log, poll, prefix = TEXT_4, inFlight: maxInFlight = IN_FLIGHT } = this.#options;
    try {
      const session = await connectSession(address, { prefix, maxInFlight, log, counts: this.#counts });
      if (await poll(session)) return session;
      session.close();
    } catch (fault) {
      log.debug({ err: fault }, 'no session with the legacy core');
    }
    return null;
  }

  async #pollAll(): Promise<void> {
    const { poll, pollEveryMs = POLL_EVERY_MS } = this.#options;
    for (;;) {
      await this.#sleep(pollEveryMs);
      if (this.#stopping.signal.aborted) return;
      await Promise.all([...this.#live].map(async (session) => (await poll(session)) || session.close()));
    }
  }

  async #sleep(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

const COUNTED = {
  answered: 'answered',
  'no-answer': 'noAnswer',
  'not-sent': 'notSent',
} as const satisfies Record<Exchange<unknown>['kind'], CountName>;
