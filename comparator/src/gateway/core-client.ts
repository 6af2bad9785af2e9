import { type Dispatcher, Pool } from 'undici';
import { Answer } from '../engine/index.ts';
import type { Call, CallFailure } from '../verdict/call.ts';
import { headerMap } from './headers.ts';

/** Of an answer this much is held to be compared, and no operation may ask for more. */
export const MAX_COMPARED_BYTES = 1024 * 1024;
/** A core that does not take a connection at once is not there. */
const CONNECT_TIMEOUT_MS = 1_000;
/** Shorter than the cores keep idle connections (15 s), so that we close first and never send into a closing one. */
const KEEP_ALIVE_MS = 4_000;
/** Per core; beyond it calls wait inside their deadline. */
const MAX_CONNECTIONS = 128;
/** Of an answer that has begun: a customer who reads slower than this is not reading. */
const MAX_BODY_MS = 60_000;

type CoreRequest = {
  method: string;
  path: string;
  headers: readonly string[];
  body: Uint8Array | string | null;
  /** Of the answer this much is held to be compared. Left out: {@link MAX_COMPARED_BYTES}. */
  maxAnswerBytes?: number | undefined;
};

/** Where an answer goes while it arrives: the customer. Nothing here may throw. */
export type Sink = {
  /** An answer of status 1xx, before the answer. */
  inform(status: number, rawHeaders: readonly string[]): void;
  begin(status: number, rawHeaders: readonly string[]): void;
  /** False: no more until `whenReady` is called. */
  write(chunk: Uint8Array, whenReady: () => void): boolean;
  end(): void;
  /** The answer ends in the middle: nobody may take what came for the whole. */
  cut(): void;
};

/** One core behind HTTP. `call` never throws and never repeats a request. */
export type CoreClient = {
  /**
   * The deadline is for the whole answer; with a sink, for its beginning. With a sink the answer goes on however long
   * it is; without one a longer answer than can be compared is `too-large`.
   */
  call(request: CoreRequest, deadlineMs: number, sink?: Sink): Promise<Call>;
  close(): Promise<void>;
};

export function coreClient(url: string): CoreClient {
  const pool = new Pool(url, {
    connections: MAX_CONNECTIONS,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0, // the deadline of a call counts from its first byte
    bodyTimeout: 0,
  });
  return {
    call: (request, deadlineMs, sink) =>
      new Promise((resolve) => {
        const { method, path, headers, body, maxAnswerBytes = MAX_COMPARED_BYTES } = request;
        const answer = new ArrivingAnswer(resolve, deadlineMs, sink ?? null, maxAnswerBytes);
        pool.dispatch({ method: method as 'GET', path, headers: headers as string[], body }, answer);
      }),
    close: () => pool.destroy(),
  };
}

/** Why a call is given up; one of each, for nobody reads where they came from and writing that down takes time. */
const DEADLINE_PASSED = new Error('its deadline has passed');
const TOO_LARGE = new Error('longer than can be compared');

/** One call under way: passes the answer on as it comes, keeps a bounded copy, and is over once. */
class ArrivingAnswer implements Dispatcher.DispatchHandler {
  private readonly resolve: (call: Call) => void;
  private readonly sink: Sink | null;
  private readonly maxBytes: number;
  private readonly started = performance.now();
  private deadline: NodeJS.Timeout;
  private abort: ((reason: Error) => void) | null = null;
  private chunks: Uint8Array[] = [];
  private length = 0;
  private status = 0;
  private rawHeaders: string[] = [];
  private wasSent = false;
  private isOver = false;

  constructor(resolve: (call: Call) => void, deadlineMs: number, sink: Sink | null, maxBytes: number) {
    this.resolve = resolve;
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.deadline = this.failAfter(deadlineMs);
  }

  /** Called when the request is about to be written to a connection: before it the core has seen nothing. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.abort = (reason) => controller.abort(reason);
    if (this.isOver) return this.abort(DEADLINE_PASSED);
    this.wasSent = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (this.isOver) return;
    const rawHeaders = (controller.rawHeaders as Buffer[]).map((part) => part.toString('latin1'));
    if (status < 200) return this.sink?.inform(status, rawHeaders);
    this.status = status;
    this.rawHeaders = rawHeaders;
    if (this.sink === null) {
      // Whoever says beforehand that it is too long need not send it: reading what nobody compares would hold up the rest.
      if (Number(headerMap(rawHeaders)['content-length'] ?? 0) > this.maxBytes) this.refuse(controller);
      return;
    }
    clearTimeout(this.deadline);
    this.deadline = this.failAfter(MAX_BODY_MS);
    this.sink.begin(status, rawHeaders);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isOver) return;
    this.length += chunk.length;
    if (this.length <= this.maxBytes) this.chunks.push(chunk);
    else this.chunks = [];
    if (this.sink === null) {
      if (this.length > this.maxBytes) this.refuse(controller);
    } else if (!this.sink.write(chunk, () => controller.resume())) controller.pause();
  }

  onResponseEnd(): void {
    if (this.isOver) return;
    this.sink?.end();
    const isWhole = this.length <= this.maxBytes;
    const answer = new Answer(this.status, headerMap(this.rawHeaders), Buffer.concat(this.chunks));
    const uncompared = isWhole ? null : 'too-large';
    this.over((ms) => ({ kind: 'answered', answer, rawHeaders: this.rawHeaders, ms, uncompared }));
  }

  onResponseError(): void {
    this.fail(this.wasSent ? 'broken' : 'unreachable');
  }

  private refuse(controller: Dispatcher.DispatchController): void {
    this.fail('too-large');
    controller.abort(TOO_LARGE);
  }

  private failAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.fail('timeout');
      this.abort?.(DEADLINE_PASSED);
    }, ms);
  }

  private fail(failure: CallFailure): void {
    if (this.isOver) return;
    if (this.status !== 0) this.sink?.cut();
    const { wasSent } = this;
    const hasBegun = this.sink !== null && this.status !== 0;
    this.over((ms) => ({ kind: 'failed', failure, wasSent, hasBegun, ms }));
  }

  private over(outcome: (ms: number) => Call): void {
    this.isOver = true;
    clearTimeout(this.deadline);
    this.resolve(outcome(performance.now() - this.started));
  }
}
