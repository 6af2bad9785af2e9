import type { OutboxEvent } from './tax-posting.ts';

export interface Outbox {
  /**
   * Hands the oldest unsent events to `publish` and marks them sent once it resolves. One relay at a time; dying
   * between the two publishes again, which the inbox makes harmless. Returns how many were sent.
   */
  sendUnsent(limit: number, publish: (events: OutboxEvent[]) => Promise<void>): Promise<number>;
}

/** A batch stays well under Kafka's 1 MiB a request (an event is 400 bytes). */
const BATCH_EVENTS = 200;
/** The most a tax posting waits when nothing is going on. */
const IDLE_WAIT_MS = 100;
const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 5_000;

export type LoopOptions = {
  signal: AbortSignal;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  onSent: (events: number) => void;
  onFault: (fault: unknown, waitMs: number) => void;
};

/** Sends unsent events until told to stop; a fault backs off exponentially with jitter and never loses an event. */
export async function relayLoop(
  outbox: Outbox,
  publish: (events: OutboxEvent[]) => Promise<void>,
  options: LoopOptions,
): Promise<void> {
  let backoffMs = FIRST_BACKOFF_MS;
  while (!options.signal.aborted) {
    try {
      const sent = await outbox.sendUnsent(BATCH_EVENTS, publish);
      backoffMs = FIRST_BACKOFF_MS;
      if (sent > 0) options.onSent(sent);
      if (sent < BATCH_EVENTS) await options.sleep(IDLE_WAIT_MS, options.signal);
    } catch (fault) {
      const waitMs = Math.round(backoffMs * (0.5 + options.random() / 2));
      options.onFault(fault, waitMs);
      await options.sleep(waitMs, options.signal);
      backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
    }
  }
}
