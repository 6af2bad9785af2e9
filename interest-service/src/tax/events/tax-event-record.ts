import type { TaxEvent } from '@core-exit/bank-contract';
import type { EventRecord, ReceivedRecord } from './event-stream.ts';
import { parseTaxEvent } from './parse-tax-event.ts';
import type { OutboxEvent } from './relay.ts';

/** A tax event that was read from a stream. */
export type TaxDelivery = { eventId: string; event: TaxEvent };

/** A tax event as a record: the payload of the outbox and the id. */
export function writeRecord({ eventId, accountNo, payload }: OutboxEvent): EventRecord {
  return {
    key: accountNo,
    value: JSON.stringify({ eventId, ...payload }),
    headers: { 'event-id': eventId, 'content-type': 'application/json' },
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The tax event of a record, or the reason why it can never be read. */
export function readRecord({
  value,
}: ReceivedRecord): TaxDelivery | { eventId: string | null; fault: string } {
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
