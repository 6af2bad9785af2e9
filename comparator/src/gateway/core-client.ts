import { Pool } from 'undici';
import { Answer } from '../engine/index.ts';
import type { Call, CallFailure } from '../verdict/call.ts';
import { headerMap } from './headers.ts';

/** Answers are held whole until they are compared; the largest of the contract is a few kilobytes. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** A core that does not take a connection at once is not there. */
const CONNECT_TIMEOUT_MS = 1_000;
/** Shorter than the cores keep idle connections (15 s), so that we close first and never send into a closing one. */
const KEEP_ALIVE_MS = 4_000;
/** Per core; beyond it calls wait inside their deadline. */
const MAX_CONNECTIONS = 128;

type CoreRequest = {
  method: string;
  path: string;
  headers: readonly string[];
  body: Uint8Array | string | null;
};

/** One core behind HTTP. `call` never throws and never repeats a request. */
export type CoreClient = {
  call(request: CoreRequest, deadlineMs: number): Promise<Call>;
  close(): Promise<void>;
};

export function coreClient(url: string): CoreClient {
  const pool = new Pool(url, {
    connections: MAX_CONNECTIONS,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0, // the deadline of a call counts from its first byte to its last
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  return { call: (request, deadlineMs) => call(pool, request, deadlineMs), close: () => pool.destroy() };
}

class DeadlinePassed extends Error {}

function call(pool: Pool, request: CoreRequest, deadlineMs: number): Promise<Call> {
  const started = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let wasSent = false;
    let status = 0;
    let rawHeaders: string[] = [];
    let abort: ((reason: Error) => void) | null = null;
    let isOver = false;
    const over = (outcome: (ms: number) => Call) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(deadline);
      resolve(outcome(performance.now() - started));
    };
    const failed = (failure: CallFailure) => over((ms) => ({ kind: 'failed', failure, wasSent, ms }));
    const deadline = setTimeout(() => {
      failed('timeout');
      abort?.(new DeadlinePassed());
    }, deadlineMs);

    pool.dispatch(
      {
        method: request.method as 'GET',
        path: request.path,
        headers: request.headers as string[],
        body: request.body,
      },
      {
        // Called when the request is about to be written to a connection: before it the core has seen nothing.
        onRequestStart(controller) {
          abort = (reason) => controller.abort(reason);
          if (isOver) return controller.abort(new DeadlinePassed());
          wasSent = true;
        },
        onResponseStart(controller, statusCode) {
          if (statusCode < 200) return;
          status = statusCode;
          rawHeaders = (controller.rawHeaders as Buffer[]).map((part) => part.toString('latin1'));
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          const answer = new Answer(status, headerMap(rawHeaders), Buffer.concat(chunks));
          over((ms) => ({ kind: 'answered', answer, rawHeaders, ms }));
        },
        onResponseError(_controller, error) {
          failed(failureOf(error, wasSent));
        },
      },
    );
  });
}

function failureOf(error: Error & { code?: string }, wasSent: boolean): CallFailure {
  if (error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'too-large';
  return wasSent ? 'broken' : 'unreachable';
}
