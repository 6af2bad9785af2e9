import type { DataSource, EntityManager } from 'typeorm';
import { sqlState } from '../../ledger/database-faults.ts';
import { eventIdOf } from '../../ledger/tax-event.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { type Booked, EventRefused, type TaxBook, type TaxDelivery } from './tax-book.ts';
import * as sql from './tax-book-statements.sql.ts';

/** Data exception, integrity constraint violation: what the event says is refused, not the moment. */
const REFUSED_CLASSES = new Set(['22', '23']);
/** More follow with the next delivery. */
const UNPARK_AT_ONCE = 100;

/** The tax book in PostgreSQL. */
export function postgresTaxBook(source: DataSource): TaxBook {
  return {
    async post(deliveries) {
      const once = [...new Map(deliveries.map((d) => [d.eventId, d])).values()];
      const booked = await refusing(() => inTransaction(source, (manager) => postAll(manager, once)));
      return { ...booked, seenBefore: booked.seenBefore + deliveries.length - once.length };
    },
    async unparkable() {
      const rows = await source.query<{ event: TaxDelivery['event'] }[]>(sql.UNPARKABLE, [UNPARK_AT_ONCE]);
      return rows.map(({ event }) => ({ eventId: eventIdOf(event), event }));
    },
    postParked: (delivery) =>
      refusing(() =>
        inTransaction(source, async (manager) => {
          const [taken] = await manager.query<[unknown[], number]>(sql.TAKE_PARKED, [delivery.eventId]);
          if (taken.length === 0) return false;
          await postAll(manager, [delivery]);
          return true;
        }),
      ),
    async dropParked(eventId) {
      await source.query(sql.TAKE_PARKED, [eventId]);
    },
  };
}

/**
 * The order is the order of locks, the same for everybody: inbox, postings, statements, the day's totals, the receipt
 * counter. The last two are rows that every transaction wants: they come last, once a batch and not once an event.
 */
async function postAll(manager: EntityManager, deliveries: readonly TaxDelivery[]): Promise<Booked> {
  const given = JSON.stringify(deliveries.map(flat));
  const outcomes = await manager.query<{ event_id: string; outcome: 'posted' | 'seen' | 'parked' }[]>(
    sql.TAKE_IN,
    [given],
  );
  const posted = outcomes.filter(({ outcome }) => outcome === 'posted').map(({ event_id }) => event_id);
  if (posted.length > 0) {
    await manager.query(sql.ADD_TO_STATEMENTS, [posted]);
    await manager.query(sql.ADD_TO_DAYS, [posted]);
    await manager.query(sql.NUMBER_RECEIPTS, [posted]);
  }
  const parked = outcomes.filter(({ outcome }) => outcome === 'parked').length;
  return { posted: posted.length, parked, seenBefore: outcomes.length - posted.length - parked };
}

/** An event whose id is not that of its document would slip past the inbox a second time. */
function flat({ eventId, event }: TaxDelivery): object {
  if (eventId !== eventIdOf(event)) throw new EventRefused('event id is not the id of its document');
  return { eventId, event, ...event, originalBusinessDate: originalDate(event) };
}

function originalDate(event: TaxDelivery['event']): string {
  return event.kind === 'INTEREST_PAID' ? event.businessDate : event.originalBusinessDate;
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    if (!REFUSED_CLASSES.has(sqlState(fault).slice(0, 2))) throw fault;
    throw new EventRefused((fault as Error).message, { cause: fault });
  }
}
