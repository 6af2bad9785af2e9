import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { FrameReader } from '../telegram/frame.ts';
import { HEADER_BYTES } from '../telegram/header.ts';

/** A channel polls far more often than this; a silent session is dead. */
const IDLE_TIMEOUT_MS = 60_000;

export type Session = {
  readonly done: Promise<void>;
  /** Ends the session after the answer that is being worked on, at once if there is none. */
  stop(): void;
  /** Ends it now, without that answer. */
  cut(): void;
};

/**
 * Serves one held session, one request at a time: while it works on one it does not read on, so a peer that sends
 * many telegrams at once waits in its own socket. Garbage or an unreadable header ends the session.
 */
export function serveSession(
  socket: Socket,
  answer: (telegram: Buffer) => Promise<Buffer | null>,
  log: Logger,
): Session {
  let busy = false;
  let stopping = false;
  socket.setNoDelay(true);
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());

  async function serve(): Promise<void> {
    const reader = new FrameReader(HEADER_BYTES);
    // destroyOnReturn would throw away an answer that is still on its way out
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      for (const telegram of reader.push(chunk as Buffer)) {
        busy = true;
        const bytes = await answer(telegram);
        busy = false;
        // false: the peer does not read its answers, and they would pile up here
        if (bytes === null || !socket.write(bytes) || stopping) return;
      }
    }
  }

  const done = serve()
    .catch((fault: unknown) => {
      if (!stopping) log.warn({ err: fault }, 'session closed');
    })
    .finally(() => socket.end(() => socket.destroy()));
  return {
    done,
    stop() {
      stopping = true;
      if (!busy) socket.end(() => socket.destroy());
    },
    cut: () => socket.destroy(),
  };
}
