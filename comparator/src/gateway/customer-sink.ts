import type { ServerResponse } from 'node:http';
import type { Sink } from './core-client.ts';
import { answerHeaders } from './headers.ts';

/**
 * Writes the primary's answer to the customer: the primary's status, headers and bytes, as fast as the customer reads. If the
 * customer has left, the rest of the answer is read for the comparison alone.
 */
export function customerSink(
  response: ServerResponse,
  terms: { internalHeaders: readonly string[]; isClosing: () => boolean },
): Sink {
  let held: Uint8Array | null = null;
  let hasLeft = false;
  /** Most answers come in one piece. The piece waits one turn of the event loop, so that piece and end leave in one write. */
  const letLeave = (): void => {
    if (hasLeft || response.destroyed) return;
    hasLeft = true;
    if (held === null) response.flushHeaders();
    else response.write(held);
  };
  response.on('error', () => undefined); // the connection has ended and the customer has left
  return {
    inform(status, rawHeaders) {
      if (!response.destroyed) writeInformation(response, status, rawHeaders);
    },
    begin(status, rawHeaders) {
      const headers = answerHeaders(rawHeaders, terms.internalHeaders);
      // A connection that stays open after this answer would delay the stop until the connection times out.
      if (terms.isClosing()) headers.push('connection', 'close');
      response.writeHead(status, headers);
      setImmediate(letLeave);
    },
    write(chunk, whenReady) {
      if (response.destroyed) return true;
      if (!hasLeft && held === null) {
        held = chunk;
        return true;
      }
      letLeave();
      if (response.write(chunk)) return true;
      resumeWith(response, whenReady);
      return false;
    },
    end() {
      if (response.destroyed) return;
      if (!hasLeft && held !== null) response.end(held);
      else response.end();
      hasLeft = true;
    },
    cut() {
      response.destroy();
    },
  };
}

/** Calls back once, when the customer reads again or has left. */
function resumeWith(response: ServerResponse, whenReady: () => void): void {
  const resume = (): void => {
    response.off('drain', resume);
    response.off('close', resume);
    whenReady();
  };
  response.on('drain', resume);
  response.on('close', resume);
}

/** Node can write 102 and 103. Node sends 100 by itself, and no other status below 200 is in use. */
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
