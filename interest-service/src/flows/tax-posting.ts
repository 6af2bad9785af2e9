import type { InterestPaid } from '../../contract/index.ts';
import { parseTaxEvent } from './payout-event.ts';

/** An event as it travels: the outbox row's id makes a second delivery recognisable. */
export type OutboxEvent = { eventId: string; accountNo: string; payload: unknown };

export interface TaxBook {
  /** Books the withholding of one payout; the inbox row in the same transaction makes a second delivery do nothing. */
  post(eventId: string, event: InterestPaid): Promise<'posted' | 'seen before'>;
}

export interface DeadLetters {
  put(event: { key: string; text: string }, cause: string): Promise<void>;
}

export type Delivery = { key: string; text: string };

/**
 * Takes in one delivered event. What can never be understood goes to the dead letters with its cause, so that its
 * partition moves on; a fault of the tax book is thrown, so that the delivery comes again.
 */
export async function takeIn(book: TaxBook, dead: DeadLetters, delivery: Delivery): Promise<string> {
  const read = readDelivery(delivery.text);
  if ('fault' in read) {
    await dead.put(delivery, read.fault);
    return `dead letter: ${read.fault}`;
  }
  return book.post(read.eventId, read.event);
}

/** The text of an event on the wire. */
export function writeDelivery({ eventId, accountNo, payload }: OutboxEvent): Delivery {
  return { key: accountNo, text: JSON.stringify({ eventId, event: payload }) };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readDelivery(text: string): { eventId: string; event: InterestPaid } | { fault: string } {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return { fault: 'not JSON' };
  }
  const { eventId, event: payload } = (read ?? {}) as { eventId?: unknown; event?: unknown };
  if (typeof eventId !== 'string' || !UUID.test(eventId)) return { fault: 'no event id' };
  const event = parseTaxEvent(payload);
  if ('fault' in event) return event;
  return event.kind === 'INTEREST_PAID' ? { eventId, event } : { fault: `${event.kind} is not booked yet` };
}
