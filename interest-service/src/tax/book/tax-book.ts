import { EventRefused } from '../../ledger/faults.ts';
import type { ReceivedRecord } from '../events/event-stream.ts';
import { readRecord, type TaxDelivery, writeRecord } from '../events/tax-event-record.ts';

/** Of one batch: events booked now, booked before, and parked until the payout that they change is booked. */
export type Booked = { posted: number; seenBefore: number; parked: number };

export interface TaxBook {
  /**
   * Books the withholding of all these documents in one transaction with their inbox rows: each document once, however often
   * its event is delivered. An event that changes a payout which is not booked yet is parked.
   * Throws {@link EventRefused} if one of them can never be booked; then none is booked.
   */
  post(deliveries: readonly TaxDelivery[]): Promise<Booked>;
  /** Parked events whose payout is booked now, the oldest first. */
  unparkable(): Promise<TaxDelivery[]>;
  /** Books a parked event and removes it from the parked ones in the same transaction. False: another worker was faster. */
  postParked(delivery: TaxDelivery): Promise<boolean>;
  /** Deletes a parked event, because it is a dead letter now. */
  dropParked(eventId: string): Promise<void>;
}

export type DeadLetter = { record: ReceivedRecord; eventId: string | null; cause: string };

export interface DeadLetters {
  /** Stores records that can never be booked, with their cause. The same record again is no second letter. */
  put(letters: DeadLetter[]): Promise<void>;
}

export type TakenIn = Booked & { dead: number; unparked: number };

/**
 * Takes in one delivery. Records that can never be booked become dead letters with their cause, so that their partition
 * continues. All other events are booked, in order, exactly once.
 */
export async function takeIn(
  book: TaxBook,
  dead: DeadLetters,
  records: readonly ReceivedRecord[],
): Promise<TakenIn> {
  const letters: DeadLetter[] = [];
  const readable: (TaxDelivery & { record: ReceivedRecord })[] = [];
  for (const record of records) {
    const read = readRecord(record);
    if ('fault' in read) letters.push({ record, eventId: read.eventId, cause: read.fault });
    else readable.push({ ...read, record });
  }
  const booked = await bookAll(book, readable, letters);
  if (letters.length > 0) await dead.put(letters);
  // After the commit of the payouts for which events are parked, because one of the two transactions surely sees the other.
  const unparked = await unpark(book, dead);
  return { ...booked, dead: letters.length, unparked };
}

/** Books the parked events whose payout is booked now. Returns how many. */
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

/** Books all events in one transaction. If one of them is refused, books the halves, until the refused event is alone. */
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
