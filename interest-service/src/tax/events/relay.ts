import { backOff } from './back-off.ts';

/** A tax event in the outbox. Its id is the id of its document, by which a second delivery is recognised. */
export type OutboxEvent = { eventId: string; accountNo: string; payload: object };

export interface Outbox {
  /** Whether an event waits. Costs one read of an index. */
  hasUnsent(): Promise<boolean>;
  /**
   * Takes some of the lanes that no other relay holds, passes the oldest unsent events of their accounts to `publish`, and
   * marks them as sent once `publish` resolves. Events of one account keep their order over all relays. A relay that dies
   * between the two publishes the events again, which the inbox makes harmless. Returns how many were sent.
   */
  sendUnsent(limit: number, publish: (events: OutboxEvent[]) => Promise<void>): Promise<number>;
}

/** A batch stays well under Kafka's 1 MiB for one request (an event has 450 bytes). */
const BATCH_EVENTS = 500;
/** A tax event waits at most this long in an idle outbox. A check costs the database a tenth of a millisecond. */
const IDLE_WAIT_MS = 25;

export type RelayOptions = {
  signal: AbortSignal;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  onSent: (events: number) => void;
  onFault: (fault: unknown, waitMs: number) => void;
  /** Called after each turn, also after a failed one. */
  onTurn: () => void;
};

/** Sends unsent events until the signal. After a fault it waits and tries again; no event is lost. */
export async function relayEvents(
  outbox: Outbox,
  publish: (events: OutboxEvent[]) => Promise<void>,
  { signal, sleep, random, onSent, onFault, onTurn }: RelayOptions,
): Promise<void> {
  const faults = backOff(random);
  while (!signal.aborted) {
    try {
      const sent = (await outbox.hasUnsent()) ? await outbox.sendUnsent(BATCH_EVENTS, publish) : 0;
      faults.reset();
      onTurn();
      if (sent > 0) onSent(sent);
      else await sleep(IDLE_WAIT_MS, signal);
    } catch (fault) {
      const waitMs = faults.next();
      onTurn();
      onFault(fault, waitMs);
      await sleep(waitMs, signal);
    }
  }
}
