import type { ServerResponse } from 'node:http';
import type { Sink } from './core-client.ts';
import { answerHeaders } from './headers.ts';

/**
 * The customer's side of an answer that passes through: status, headers and bytes are the primary's, at the pace the
 * customer reads. One who went away holds nobody: the rest of the answer is read for the comparison alone.
 */
export function customerSink(
  response: ServerResponse,
  terms: { internalHeaders: readonly string[]; isClosing: () => boolean },
): Sink {
  let held: Uint8Array | null = null;
  let isOut = false;
  /** Most answers come in one piece: it waits this turn of the loop for the end, and both leave in one write. */
  const letOut = (): void => {
    if (isOut || response.destroyed) return;
    isOut = true;
    if (held === null) response.flushHeaders();
    else response.write(held);
  };
  response.on('error', () => undefined); // the connection is gone, and so is the customer
  return {
    inform(status, rawHeaders) {
      if (!response.destroyed) writeInformation(response, status, rawHeaders);
    },
    begin(status, rawHeaders) {
      const headers = answerHeaders(rawHeaders, terms.internalHeaders);
      // A connection kept alive past this answer would hold the stop until it times out.
      if (terms.isClosing()) headers.push('connection', 'close');
      response.writeHead(status, headers);
      setImmediate(letOut);
    },
    write(chunk, whenReady) {
      if (response.destroyed) return true;
      if (!isOut && held === null) {
        held = chunk;
        return true;
      }
      letOut();
      if (response.write(chunk)) return true;
      resumeWith(response, whenReady);
      return false;
    },
    end() {
      if (response.destroyed) return;
      if (!isOut && held !== null) response.end(held);
      else response.end();
      isOut = true;
    },
    cut() {
      response.destroy();
    },
  };
}

/** Calls back once, when the customer has read on or is gone. */
function resumeWith(response: ServerResponse, whenReady: () => void): void {
  const resume = (): void => {
    response.off('drain', resume);
    response.off('close', resume);
    whenReady();
  };
  response.on('drain', resume);
  response.on('close', resume);
}

/** Node can send 102 and 103; a 100 it sends itself, and no other is in use. */
function writeInformation(response: ServerResponse, status: number, rawHeaders: readonly string[]): void {
  if (status === 102) return response.writeProcessing();
  if (status !== 103) return;
  const hints: Record<string, string[]> = {};
  for (const [i, name] of rawHeaders.entries()) {
    if (i % 2 !== 0) continue;
    const lower = name.toLowerCase();
    hints[lower] = [...(hints[lower] ?? []), rawHeaders[i + 1] as string];
  }
  if (hints['link'] !== undefined) response.writeEarlyHints(hints as { link: string[] });
}
