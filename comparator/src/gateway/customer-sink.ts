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
  let wakeCore: (() => void) | null = null;
  let isFirstByteOut = false;
  const wake = (): void => {
    const waiting = wakeCore;
    wakeCore = null; // first: the core's next bytes may come, and fill the connection again, before it returns
    waiting?.();
  };
  response.on('drain', wake);
  response.on('close', wake);
  response.on('error', () => undefined); // the connection is gone; 'close' follows
  return {
    inform(status, rawHeaders) {
      if (!response.destroyed) writeInformation(response, status, rawHeaders);
    },
    begin(status, rawHeaders) {
      const headers = answerHeaders(rawHeaders, terms.internalHeaders);
      // A connection kept alive past this answer would hold the stop until it times out.
      if (terms.isClosing()) headers.push('connection', 'close');
      response.writeHead(status, headers);
      // headers leave with the first bytes, or alone where those take their time
      setImmediate(() => {
        if (!isFirstByteOut && !response.destroyed) response.flushHeaders();
      });
    },
    write(chunk, whenReady) {
      isFirstByteOut = true;
      if (response.destroyed || response.write(chunk)) return true;
      wakeCore = whenReady;
      return false;
    },
    end() {
      isFirstByteOut = true;
      response.end();
    },
    cut() {
      response.destroy();
    },
  };
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
