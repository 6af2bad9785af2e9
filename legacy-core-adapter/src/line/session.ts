import { connect, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { FrameReader, LineGarbage } from '../telegram/frame.ts';
import { HEADER_BYTES, type Header } from '../telegram/header.ts';
import { decodeHeader } from '../telegram/telegram.ts';

/** What became of a telegram. Only `not-sent` proves that the legacy core has not seen it. */
export type Exchange<T> =
  | { kind: 'answered'; answer: T }
  | { kind: 'not-sent'; why: string }
  | { kind: 'no-answer'; why: string };

export type Sent<T> = {
  guid: string;
  /** Milliseconds from now until an answer is of no more use. */
  withinMs: number;
  /** The telegram with its prefix; `withinMs` is what is left of the time when it goes out. */
  encode: (withinMs: number) => Buffer;
  /** Reads the answer; what it throws makes the answer garbage. */
  read: (header: Header, telegram: Buffer) => T;
};

type Pending = {
  guid: string;
  take: (header: Header, telegram: Buffer) => void;
  lose: (why: string) => void;
};

/**
 * One held session with the legacy core, one telegram in flight. After a late, unexpected or unreadable answer the
 * two ends no longer agree on what comes next, so the session ends; it is never repaired.
 */
export class LineSession {
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #log: Logger;
  readonly #reader = new FrameReader(HEADER_BYTES);
  #pending: Pending | null = null;

  constructor(socket: Socket, log: Logger) {
    this.#socket = socket;
    this.#log = log;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (fault) => this.#log.warn({ err: fault }, 'line session failed'));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#pending?.lose('the session was closed');
        resolve();
      });
    });
  }

  get usable(): boolean {
    return this.#socket.writable && this.#pending === null;
  }

  exchange<T>({ guid, encode, withinMs, read }: Sent<T>): Promise<Exchange<T>> {
    if (!this.usable) return Promise.resolve({ kind: 'not-sent', why: 'the session is closed' });
    const bytes = encode(withinMs); // may throw, before anything is pending
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#abandon(`no answer within ${Math.round(withinMs)} ms`), withinMs);
      const settle = (exchange: Exchange<T>): void => {
        clearTimeout(timer);
        this.#pending = null;
        resolve(exchange);
      };
      this.#pending = {
        guid,
        take: (header, telegram) => settle({ kind: 'answered', answer: read(header, telegram) }),
        lose: (why) => settle({ kind: 'no-answer', why }),
      };
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    try {
      for (const telegram of this.#reader.push(chunk)) this.#onTelegram(telegram);
    } catch (fault) {
      this.#log.error({ err: fault }, 'the legacy core sent garbage: session closed, compare the layouts');
      this.#abandon('the answer could not be read');
    }
  }

  #onTelegram(telegram: Buffer): void {
    const header = decodeHeader(telegram);
    if (header.RQ_RS !== 'R' || header.GUID !== this.#pending?.guid) {
      throw new LineGarbage(`telegram ${header.GUID} answers no request of this session`);
    }
    this.#pending.take(header, telegram);
  }

  #abandon(why: string): void {
    this.#socket.destroy();
    this.#pending?.lose(why);
  }
}

export type Address = { host: string; port: number };

/** A core on the same network accepts in a few ms. */
const CONNECT_TIMEOUT_MS = 2_000;

export function connectSession(address: Address, log: Logger): Promise<LineSession> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, keepAlive: true });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('connecting took too long')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.setTimeout(0);
      resolve(new LineSession(socket, log));
    });
  });
}
