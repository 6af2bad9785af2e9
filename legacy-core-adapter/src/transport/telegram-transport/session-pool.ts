import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type LengthPrefix, TEXT_4 } from '../../../telegram/prefix.ts';
import { backOffMs } from '../../back-off.ts';
import { CircuitBreaker } from '../circuit-breaker.ts';
import type { Exchange } from '../legacy-transport.ts';
import { type CountName, TransportCounts } from '../transport-counts.ts';
import type { OutgoingTelegram } from './outgoing-telegram.ts';
import { type Address, connectSession, type TelegramSession } from './telegram-session.ts';
import { WaitQueue } from './wait-queue.ts';

/** Sessions, and telegrams in flight on each session. With 30 ms for a call this is about 4,000 calls a second. */
export const SESSIONS = 8;
export const IN_FLIGHT = 16;
/** Callers who may wait for a session. Further callers are refused at once, so that a slow core cannot fill this process. */
export const MAX_WAITING = 64;
/** Longest wait for a session, because the caller's remaining time must be long enough for the call itself. */
const WAIT_WITHIN_MS = 1_000;
/** Firewalls between the zones of a bank drop silent sessions after about a minute. */
const POLL_EVERY_MS = 10_000;
const RECONNECT_FIRST_MS = 100;
const RECONNECT_MOST_MS = 5_000;
/** A stop waits this long for the answers of calls in flight. */
const DRAIN_WITHIN_MS = 5_000;
const DRAIN_CHECK_MS = 10;

export type SessionPoolOptions = {
  address: Address;
  log: Logger;
  random: () => number;
  /** Polls a session; false if the core does not answer that it works. */
  poll: (session: TelegramSession) => Promise<boolean>;
  prefix?: LengthPrefix;
  sessions?: number;
  /** Telegrams in flight on one session. */
  inFlight?: number;
  pollEveryMs?: number;
};

/** A bounded set of held, polled sessions with one legacy core. The pool reconnects each session until the pool is stopped. */
export class SessionPool {
  readonly #options: SessionPoolOptions;
  readonly #live = new Set<TelegramSession>();
  readonly #waiting = new WaitQueue<TelegramSession>(MAX_WAITING);
  readonly #stopping = new AbortController();
  readonly #keepers: Promise<void>[];
  readonly #counts = new TransportCounts();
  readonly #breaker: CircuitBreaker;
  #inFlight = 0;

  constructor(options: SessionPoolOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker(() => {
      this.#counts.add('circuitOpened');
      options.log.error('the legacy core does not answer: circuit open, callers get UNAVAILABLE');
    });
    this.#keepers = Array.from({ length: options.sessions ?? SESSIONS }, () => this.#keepOne());
    this.#keepers.push(this.#pollAll());
  }

  /** True while at least one session has passed its poll. */
  get ready(): boolean {
    return this.#live.size > 0;
  }

  counts(): Record<CountName | 'sessions' | 'underWay', number> {
    return { ...this.#counts.all(), sessions: this.#live.size, underWay: this.#inFlight };
  }

  /** Sends one telegram, once, on the session with the fewest telegrams in flight. */
  async exchange<T>(telegram: OutgoingTelegram<T>): Promise<Exchange<T>> {
    if (this.#stopping.signal.aborted) return { kind: 'not-sent', why: 'this session pool is stopping' };
    this.#inFlight += 1;
    try {
      const exchange = await this.#breaker.call(() => this.#send(telegram));
      this.#counts.add(COUNTED[exchange.kind]);
      return exchange;
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Closes all sessions after their answers have arrived, or after a bounded time. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#waiting.clear();
    const drained = async (): Promise<void> => {
      while (this.#inFlight > 0) await pause(DRAIN_CHECK_MS);
    };
    await Promise.race([drained(), pause(DRAIN_WITHIN_MS, undefined, { ref: false })]);
    for (const session of this.#live) session.close();
    await Promise.all(this.#keepers);
  }

  async #send<T>(telegram: OutgoingTelegram<T>): Promise<Exchange<T>> {
    const deadlineMs = performance.now() + telegram.withinMs;
    const session = await this.#acquire(Math.min(telegram.withinMs, WAIT_WITHIN_MS));
    if (session === null) return { kind: 'not-sent', why: 'every session with the legacy core is full' };
    try {
      return await session.exchange({ ...telegram, withinMs: Math.max(1, deadlineMs - performance.now()) });
    } finally {
      session.release();
      this.#offer(session);
    }
  }

  #acquire(withinMs: number): Promise<TelegramSession | null> {
    const emptiest = [...this.#live].toSorted((a, b) => a.load - b.load).find((session) => session.reserve());
    return emptiest === undefined ? this.#waiting.wait(withinMs) : Promise.resolve(emptiest);
  }

  /** Gives the free places of a session to waiting callers. */
  #offer(session: TelegramSession): void {
    while (!this.#waiting.isEmpty && session.reserve()) this.#waiting.serve(session);
  }

  async #keepOne(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; failures++) {
      const session = await this.#open();
      if (session !== null) {
        failures = 0;
        // The pool was stopped while the session was opened, so stop() did not see the session.
        if (this.#stopping.signal.aborted) session.close();
        this.#live.add(session);
        this.#offer(session);
        await session.closed;
        this.#live.delete(session);
      }
      await this.#sleep(backOffMs(failures, this.#options.random(), RECONNECT_FIRST_MS, RECONNECT_MOST_MS));
    }
  }

  async #open(): Promise<TelegramSession | null> {
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
