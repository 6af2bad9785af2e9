import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { FrameReader } from '../../telegram/frame.ts';
import { HEADER_BYTES } from '../../telegram/header.ts';
import { type LengthPrefix, TEXT_4 } from '../../telegram/prefix.ts';
import type { Reaction } from '../behaviour/behaviour-simulator.ts';

/** A channel polls much more often, so a silent session is dead. */
const IDLE_TIMEOUT_MS = 60_000;
/** Running requests of one session. If a peer sends more, its telegrams wait in its socket. */
const MAX_IN_FLIGHT = 256;

export type Session = {
  readonly done: Promise<void>;
  /** Ends the session after its running requests are answered. */
  stop(): void;
  /** Ends the session now. */
  cut(): void;
};

/**
 * Serves one held session. Each request is answered when it is done, in any order, because the GUID names the request. Garbage
 * or an unreadable header ends the session.
 */
export function serveSession(
  socket: Socket,
  answer: (telegram: Buffer) => Promise<Reaction>,
  log: Logger,
  prefix: LengthPrefix = TEXT_4,
): Session {
  const running = new Set<Promise<void>>();
  let stopping = false;
  const finish = (): void => void socket.end(() => socket.destroy());
  socket.setNoDelay(true);
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());

  async function react(telegram: Buffer): Promise<void> {
    const reaction = await answer(telegram);
    if (reaction === 'reset') return void socket.resetAndDestroy();
    if (reaction === 'end') return stop();
    for (const bytes of reaction) if (socket.writable) socket.write(bytes);
  }

  function begin(telegram: Buffer): void {
    const request = react(telegram)
      .catch((fault: unknown) => {
        log.error({ err: fault }, 'a request failed unexpectedly: session closed');
        socket.destroy();
      })
      .finally(() => {
        running.delete(request);
        if (stopping && running.size === 0) finish();
      });
    running.add(request);
  }

  async function serve(): Promise<void> {
    const reader = new FrameReader(HEADER_BYTES, prefix);
    // destroyOnReturn would discard answers that the socket has not sent yet.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      for (const telegram of reader.push(chunk as Buffer)) {
        if (stopping) return;
        begin(telegram);
        if (running.size >= MAX_IN_FLIGHT) await Promise.race(running);
      }
      // If the peer does not read its answers, they must not fill the memory. The idle timeout ends such a session.
      if (socket.writableNeedDrain) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
  }

  function stop(): void {
    stopping = true;
    if (running.size === 0) finish();
  }

  const done = serve()
    .catch((fault: unknown) => {
      if (!stopping) log.warn({ err: fault }, 'session closed');
    })
    .then(() => Promise.allSettled(running))
    .then(finish);
  return { done, stop, cut: () => socket.destroy() };
}
