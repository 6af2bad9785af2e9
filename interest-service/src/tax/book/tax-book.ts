import type { TaxEvent } from '@core-exit/bank-contract';
import { parseTaxEvent } from '../../ledger/tax-event.ts';
import { backOff } from '../events/back-off.ts';
import type { Delivery, EventRecord, ReceivedRecord } from '../events/event-stream.ts';
import type { OutboxEvent } from '../events/relay.ts';

export type TaxDelivery = { eventId: string; event: TaxEvent };

/** Of one batch: events booked now, booked before, and waiting for the payout they change. */
export type Booked = { posted: number; seenBefore: number; parked: number };

export interface TaxBook {
  /**
   * Books the withholding of all these documents in one transaction with their inbox rows: each once, however often
   * and wherever its event comes. One that changes a payout not booked yet is parked.
   * Throws {@link EventRefused} when one of them can never be booked; then none is.
   */
  post(deliveries: readonly TaxDelivery[]): Promise<Booked>;
  /** Parked events whose payout is booked by now, the oldest first. */
  unparkable(): Promise<TaxDelivery[]>;
  /** Books one of them and takes it off the parked ones in the same transaction; false if somebody else was faster. */
  postParked(delivery: TaxDelivery): Promise<boolean>;
  /** Forgets a parked event: it is a dead letter now. */
  dropParked(eventId: string): Promise<void>;
}

/** The database refused an event for what it says: no other try will end differently. */
export class EventRefused extends Error {
  readonly code = 'EVENT_REFUSED';
  override name = 'EventRefused';
}

export type DeadLetter = { record: ReceivedRecord; eventId: string | null; cause: string };

export interface DeadLetters {
  /** Keeps records that can never be understood, with their cause; the same record again is no second letter. */
  put(letters: DeadLetter[]): Promise<void>;
}

export type TakenIn = Booked & { dead: number; unparked: number };

/**
 * Takes in one delivery. What can never be understood goes to the dead letters with its cause, so that its partition
 * moves on; everything else is booked, in order, exactly once.
 */
export async function takeIn(
  book: TaxBook,
  dead: DeadLetters,
  records: readonly ReceivedRecord[],
): Promise<TakenIn> {
  const letters: DeadLetter[] = [];
  const understood: (TaxDelivery & { record: ReceivedRecord })[] = [];
  for (const record of records) {
    const read = readRecord(record);
    if ('fault' in read) letters.push({ record, eventId: read.eventId, cause: read.fault });
    else understood.push({ ...read, record });
  }
  const booked = await bookAll(book, understood, letters);
  if (letters.length > 0) await dead.put(letters);
  // After the commit of what they may wait for: one of the two transactions surely sees the other.
  const unparked = await unpark(book, dead);
  return { ...booked, dead: letters.length, unparked };
}

/** Books what waited for a payout that is booked now. Returns how many. */
async function unpark(book: TaxBook, dead: DeadLetters): Promise<number> {
  let unparked = 0;
  for (const delivery of await book.unparkable()) {
    const { eventId, event } = delivery;
    try {
      if (await book.postParked(delivery)) unparked += 1;
    } catch (fault) {
      if (!(fault instanceof EventRefused)) throw fault;
      const record = writeRecord({ eventId, accountNo: event.accountNo, payload: event });
      await dead.put([{ record: { ...record, origin: `parked:${eventId}` }, eventId, cause: fault.message }]);
      await book.dropParked(eventId);
    }
  }
  return unparked;
}

/** One transaction for all; if one of them is refused, halves, until it stands alone. */
async function bookAll(
  book: TaxBook,
  deliveries: readonly (TaxDelivery & { record: ReceivedRecord })[],
  letters: DeadLetter[],
): Promise<Booked> {
  const [first] = deliveries;
  if (first === undefined) return { posted: 0, seenBefore: 0, parked: 0 };
  try {
    return await book.post(deliveries);
  } catch (fault) {
    if (!(fault instanceof EventRefused)) throw fault;
    if (deliveries.length === 1) {
      letters.push({ record: first.record, eventId: first.eventId, cause: fault.message });
      return { posted: 0, seenBefore: 0, parked: 0 };
    }
    const middle = Math.ceil(deliveries.length / 2);
    const left = await bookAll(book, deliveries.slice(0, middle), letters);
    const right = await bookAll(book, deliveries.slice(middle), letters);
    return {
      posted: left.posted + right.posted,
      seenBefore: left.seenBefore + right.seenBefore,
      parked: left.parked + right.parked,
    };
  }
}

export type PersistOptions = {
  sleep: (ms: number) => Promise<void>;
  random: () => number;
  onFault: (fault: unknown, waitMs: number) => void;
};

/** The reader lost its partition, or is to stop, before the records were done: they come again, here or elsewhere. */
export class PartitionLost extends Error {
  readonly code = 'PARTITION_LOST';
  override name = 'PartitionLost';
}

/** Does `work` until it succeeds, with growing pauses, as long as the partition is ours. */
export async function persist<T>(
  delivery: Pick<Delivery, 'stillMine'>,
  work: () => Promise<T>,
  { sleep, random, onFault }: PersistOptions,
): Promise<T> {
  const faults = backOff(random);
  for (;;) {
    try {
      return await work();
    } catch (fault) {
      const waitMs = faults.next();
      onFault(fault, waitMs);
      await sleep(waitMs);
    }
    if (!(await delivery.stillMine())) throw new PartitionLost('records not done: they come again');
  }
}

/** An event on the wire: what was written into the outbox, and its id. */
export function writeRecord({ eventId, accountNo, payload }: OutboxEvent): EventRecord {
  return {
    key: accountNo,
    value: JSON.stringify({ eventId, ...payload }),
    headers: { 'event-id': eventId, 'content-type': 'application/json' },
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readRecord({ value }: ReceivedRecord): TaxDelivery | { eventId: string | null; fault: string } {
  if (value === null) return { eventId: null, fault: 'no value' };
  let read: unknown;
  try {
    read = JSON.parse(value);
  } catch {
    return { eventId: null, fault: 'not JSON' };
  }
  const { eventId } = (read ?? {}) as { eventId?: unknown };
  if (typeof eventId !== 'string' || !UUID.test(eventId)) return { eventId: null, fault: 'no event id' };
  const event = parseTaxEvent(read);
  return 'fault' in event ? { eventId, fault: event.fault } : { eventId, event };
}
