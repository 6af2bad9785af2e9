import { backOff } from './back-off.ts';

/** An event on its way out. Its id is the id of its document: a second delivery is recognised by it. */
export type OutboxEvent = { eventId: string; accountNo: string; payload: object };

export interface Outbox {
  /** Whether anything waits; costs one look at an index. */
  hasUnsent(): Promise<boolean>;
  /**
   * Takes some of the slots that no other relay holds, hands the oldest unsent events of their accounts to `publish`
   * and marks them sent once it resolves. Events of one account keep their order over all relays. Dying between the
   * two publishes again, which the inbox makes harmless. Returns how many were sent.
   */
  sendUnsent(limit: number, publish: (events: OutboxEvent[]) => Promise<void>): Promise<number>;
}

/** A batch stays well under Kafka's 1 MiB a request (an event is 450 bytes). */
const BATCH_EVENTS = 500;
/** The most a tax posting waits when nothing is going on; a look costs the database a tenth of a millisecond. */
const IDLE_WAIT_MS = 25;

export type LoopOptions = {
  signal: AbortSignal;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  onSent: (events: number) => void;
  onFault: (fault: unknown, waitMs: number) => void;
};

/** Sends unsent events until told to stop; a fault backs off and never loses an event. */
export async function relayLoop(
  outbox: Outbox,
  publish: (events: OutboxEvent[]) => Promise<void>,
  { signal, sleep, random, onSent, onFault }: LoopOptions,
): Promise<void> {
  const faults = backOff(random);
  while (!signal.aborted) {
    try {
      const sent = (await outbox.hasUnsent()) ? await outbox.sendUnsent(BATCH_EVENTS, publish) : 0;
      faults.reset();
      if (sent > 0) onSent(sent);
      else await sleep(IDLE_WAIT_MS, signal);
    } catch (fault) {
      const waitMs = faults.next();
      onFault(fault, waitMs);
      await sleep(waitMs, signal);
    }
  }
}
