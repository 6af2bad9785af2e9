import { type Dispatcher, Pool } from 'undici';
import { Answer } from '../engine/index.ts';
import type { Call, CallFailure } from '../verdict/call.ts';
import { headerMap } from './headers.ts';

/** So much of an answer is kept in memory for the comparison; no operation may set a higher limit. */
export const MAX_COMPARED_BYTES = 1024 * 1024;
/** A core that does not accept a connection within this time is not there. */
const CONNECT_TIMEOUT_MS = 1_000;
/** Shorter than the cores keep idle connections (15 s), so that the gateway closes first and never writes to a closing connection. */
const KEEP_ALIVE_MS = 4_000;
/** For each core; further calls wait, and their deadline runs. */
const MAX_CONNECTIONS = 128;
/** Limit for an answer that has begun: a customer who needs longer has stopped reading. */
const MAX_BODY_MS = 60_000;

type CoreRequest = {
  method: string;
  path: string;
  headers: readonly string[];
  body: Uint8Array | string | null;
  /** So much of the answer is kept for the comparison. Left out: {@link MAX_COMPARED_BYTES}. */
  maxAnswerBytes?: number | undefined;
};

/** Receives an answer while it arrives: the customer's side. No method may throw. */
export type Sink = {
  /** An answer of status 1xx, before the answer. */
  inform(status: number, rawHeaders: readonly string[]): void;
  begin(status: number, rawHeaders: readonly string[]): void;
  /** False: the caller must wait for `whenReady` before the next write. */
  write(chunk: Uint8Array, whenReady: () => void): boolean;
  end(): void;
  /** The answer ended in the middle: the customer must see that it is not complete. */
  cut(): void;
};

/** One core behind HTTP. `call` never throws and never repeats a request. */
export type CoreClient = {
  /**
   * Without a sink the deadline covers the whole answer, and an answer that is too long to be compared is `too-large`. With a
   * sink the deadline covers the answer's beginning, and the answer passes however long it is.
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
    headersTimeout: 0, // each call has its own deadline
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

/** Reasons to end a call. One object each, because a stack trace for each call takes time and is not read. */
const DEADLINE_PASSED = new Error('the deadline has passed');
const TOO_LARGE = new Error('the answer is too long to be compared');

/** One call: passes the answer on as it arrives, keeps a bounded copy, and resolves once. */
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

  /** Called just before the request is written to a connection: until then the core has seen nothing. */
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
      // An answer whose length is too long is not read: the gateway would not compare it, and reading delays other calls.
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
