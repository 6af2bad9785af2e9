import { connect, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { LineGarbage } from '../../../telegram/codec-errors.ts';
import { FrameReader } from '../../../telegram/frame.ts';
import { HEADER_BYTES, type Header } from '../../../telegram/header.ts';
import type { LengthPrefix } from '../../../telegram/prefix.ts';
import { decodeHeader } from '../../../telegram/telegram.ts';
import type { Exchange } from '../legacy-transport.ts';
import { countOf, type TransportCounts } from '../transport-counts.ts';
import type { OutgoingTelegram } from './outgoing-telegram.ts';

type Pending = {
  take: (header: Header, telegram: Buffer) => void;
  lose: (why: string) => void;
};

/** A late or repeated answer is recognised for this many calls of the session. */
const REMEMBERED_GUIDS = 1_000;

export type SessionOptions = {
  prefix: LengthPrefix;
  /** Telegrams in flight on this session. */
  maxInFlight: number;
  log: Logger;
  counts: TransportCounts;
};

/**
 * One held session with the legacy core, with several telegrams in flight. The GUID tells which answer belongs to which
 * telegram. A late or repeated answer is counted and ignored. Any other unexpected bytes mean that the two ends disagree
 * about the stream, so the session is closed and never repaired. A session is also closed if no byte arrived while a
 * call waited for its whole time.
 */
export class TelegramSession {
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #options: SessionOptions;
  readonly #reader: FrameReader;
  readonly #pending = new Map<string, Pending>();
  /** GUIDs of finished calls, oldest first. */
  readonly #gone = new Map<string, 'late' | 'duplicate'>();
  #reserved = 0;
  #heardAtMs = 0;

  constructor(socket: Socket, options: SessionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#reader = new FrameReader(HEADER_BYTES, options.prefix);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (fault) => options.log.warn({ err: fault }, 'session with the legacy core failed'));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        options.counts.add('closed');
        this.#loseAll('the session was closed');
        resolve();
      });
    });
  }

  get usable(): boolean {
    return this.#socket.writable;
  }

  get load(): number {
    return this.#reserved;
  }

  /** Takes one place for a call; false if the session is full or closed. The caller returns the place with {@link release}. */
  reserve(): boolean {
    if (!this.usable || this.#reserved >= this.#options.maxInFlight) return false;
    this.#reserved += 1;
    return true;
  }

  release(): void {
    this.#reserved -= 1;
  }

  exchange<T>({ guid, encode, withinMs, read }: OutgoingTelegram<T>): Promise<Exchange<T>> {
    if (!this.usable) return Promise.resolve({ kind: 'not-sent', why: 'the session is closed' });
    const bytes = encode(withinMs); // may throw, so it runs before the call is pending
    const sentAtMs = performance.now();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#giveUp(guid, sentAtMs, withinMs), withinMs);
      const settle = (exchange: Exchange<T>): void => {
        clearTimeout(timer);
        this.#pending.delete(guid);
        resolve(exchange);
      };
      this.#pending.set(guid, {
        take: (header, telegram) => settle({ kind: 'answered', answer: read(header, telegram) }),
        lose: (why) => settle({ kind: 'no-answer', why }),
      });
      this.#options.counts.add('sent');
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    this.#heardAtMs = performance.now();
    try {
      for (const telegram of this.#reader.push(chunk)) this.#onTelegram(telegram);
    } catch (fault) {
      this.#options.counts.add(countOf(fault));
      this.#options.log.error(
        { err: fault },
        'the legacy core sent garbage: session closed; compare the layouts of both ends',
      );
      this.#end('the answer could not be read');
    }
  }

  #onTelegram(telegram: Buffer): void {
    const header = decodeHeader(telegram);
    const pending = header.RQ_RS === 'R' ? this.#pending.get(header.GUID) : undefined;
    if (pending !== undefined) {
      pending.take(header, telegram);
      this.#remember(header.GUID, 'duplicate');
      return;
    }
    const gone = header.RQ_RS === 'R' ? this.#gone.get(header.GUID) : undefined;
    if (gone === undefined)
      throw new LineGarbage(`telegram ${header.GUID} answers no request of this session`);
    this.#options.counts.add(gone);
    this.#remember(header.GUID, 'duplicate');
  }

  #giveUp(guid: string, sentAtMs: number, withinMs: number): void {
    this.#remember(guid, 'late');
    this.#pending.get(guid)?.lose(`no answer within ${Math.round(withinMs)} ms`);
    if (this.#heardAtMs >= sentAtMs) return;
    this.#options.counts.add('silent');
    this.#end('the session is silent');
  }

  #remember(guid: string, as: 'late' | 'duplicate'): void {
    this.#gone.set(guid, as);
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > REMEMBERED_GUIDS && oldest !== undefined) this.#gone.delete(oldest);
  }

  #end(why: string): void {
    this.#socket.destroy();
    this.#loseAll(why);
  }

  #loseAll(why: string): void {
    for (const pending of this.#pending.values()) pending.lose(why);
  }
}

export type Address = { host: string; port: number };

/** A core on the same network accepts in a few ms. */
const CONNECT_TIMEOUT_MS = 2_000;

export function connectSession(address: Address, options: SessionOptions): Promise<TelegramSession> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, keepAlive: true });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('connecting took too long')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.setTimeout(0);
      options.counts.add('connected');
      resolve(new TelegramSession(socket, options));
    });
  });
}
