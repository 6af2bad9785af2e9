import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { FrameReader } from '../../telegram/frame.ts';
import { HEADER_BYTES } from '../../telegram/header.ts';
import { type LengthPrefix, TEXT_4 } from '../../telegram/prefix.ts';

/** A channel polls far more often than this; a silent session is dead. */
const IDLE_TIMEOUT_MS = 60_000;
/** Requests of one session being worked on at once; a peer that sends more waits in its own socket. */
const MAX_IN_FLIGHT = 256;

export type Session = {
  readonly done: Promise<void>;
  /** Ends the session after the answers that are being worked on, at once if there is none. */
  stop(): void;
  /** Ends it now, without them. */
  cut(): void;
};

/** What to write in answer to a telegram: `end` when the session must end, for nobody can be answered. */
export type Answers = (telegram: Buffer) => Promise<readonly Buffer[] | 'end' | 'reset'>;

/**
 * Serves one held session. Requests are answered as soon as each is done, in any order: the GUID tells which. Garbage
 * or an unreadable header ends the session.
 */
export function serveSession(
  socket: Socket,
  answer: Answers,
  log: Logger,
  prefix: LengthPrefix = TEXT_4,
): Session {
  const working = new Set<Promise<void>>();
  let stopping = false;
  const finish = (): void => void socket.end(() => socket.destroy());
  socket.setNoDelay(true);
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());

  async function work(telegram: Buffer): Promise<void> {
    const answers = await answer(telegram);
    if (answers === 'reset') return void socket.resetAndDestroy();
    if (answers === 'end') return stop();
    for (const bytes of answers) if (socket.writable) socket.write(bytes);
  }

  function begin(telegram: Buffer): void {
    const begun = work(telegram)
      .catch((fault: unknown) => {
        log.error({ err: fault }, 'a request could not be worked on: session closed');
        socket.destroy();
      })
      .finally(() => {
        working.delete(begun);
        if (stopping && working.size === 0) finish();
      });
    working.add(begun);
  }

  async function serve(): Promise<void> {
    const reader = new FrameReader(HEADER_BYTES, prefix);
    // destroyOnReturn would throw away answers that are still on their way out
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      for (const telegram of reader.push(chunk as Buffer)) {
        if (stopping) return;
        begin(telegram);
        if (working.size >= MAX_IN_FLIGHT) await Promise.race(working);
      }
      // The peer does not read its answers; they must not pile up here. The idle timeout ends one that never does.
      if (socket.writableNeedDrain) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
  }

  function stop(): void {
    stopping = true;
    if (working.size === 0) finish();
  }

  const done = serve()
    .catch((fault: unknown) => {
      if (!stopping) log.warn({ err: fault }, 'session closed');
    })
    .then(() => Promise.allSettled(working))
    .then(finish);
  return { done, stop, cut: () => socket.destroy() };
}
