import type { TaxEvent } from '@core-exit/bank-contract';
import { createTestDatabase, openAccount, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { postgresTaxBook } from '../src/tax/book/tax-book.sql.ts';
import { type DeadLetter, type TakenIn, takeIn } from '../src/tax/book/tax-book.ts';
import type { ReceivedRecord } from '../src/tax/events/event-stream.ts';
import type { OutboxEvent } from '../src/tax/events/relay.ts';
import { writeRecord } from '../src/tax/events/tax-event-record.ts';
import { type CoreUnderTest, startNewCore } from './new-core.ts';

export type PaidEvent = OutboxEvent & { payload: TaxEvent };

let db: TestDatabase;
export let owner: pg.Pool;
export let service: CoreUnderTest;
/** The dead letters of the present test. */
export const letters: DeadLetter[] = [];

/** The database as the service's own role. */
export const databaseUrl = (): string => db.url('interest_service');

/** A database with a core that pays and a tax book, for the tests of a file. */
export function taxBookFixture(): void {
  beforeAll(async () => {
    db = await createTestDatabase();
    owner = new pg.Pool({ connectionString: db.url() });
    service = await startNewCore(db.url('interest_service'));
  });
  afterAll(async () => {
    await service.close();
    await owner.end();
    await db.drop();
  });
  beforeEach(() => {
    letters.length = 0;
  });
}

/** Takes in events, as one delivery. */
export function take(...events: (OutboxEvent | ReceivedRecord)[]): Promise<TakenIn> {
  const records = events.map((event) => ('payload' in event ? delivered(event) : event));
  const dead = { put: async (more: DeadLetter[]) => void letters.push(...more) };
  return takeIn(postgresTaxBook(service.source), dead, records);
}

let deliveries = 0;
function delivered(event: OutboxEvent): ReceivedRecord {
  deliveries += 1;
  return { ...writeRecord(event), origin: `test:0:${deliveries}` };
}

/** Pays an account and returns its tax event from the outbox. */
export async function payOnce(taxClass = 'resident'): Promise<PaidEvent> {
  const account = await openAccount(db.url(), {
    balances: [{ daysAgo: 1, closing: 50_000_000n }],
    standing: { taxClass },
  });
  const paid = await service.core.pay({ ...account, traceId: '0' }, `key-${account.accountNo}`, {});
  if (!paid.ok) throw new Error('must pay');
  return await one(
    'select event_id as "eventId", account_no as "accountNo", payload from interest.outbox where payout_id = $1',
    [paid.body.payout.payoutId],
  );
}

let ids = 0;
const newId = (): string => {
  ids += 1;
  return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
};

/** An event that takes a payout back, with some fields changed. */
export function reversalOf({ accountNo, payload }: PaidEvent, change: object = {}): OutboxEvent {
  const minus = (won: string) => (won === '0' ? won : `-${won}`);
  const eventId = newId();
  const event = {
    ...payload,
    kind: 'REVERSAL',
    reversalId: eventId,
    originalBusinessDate: payload.businessDate,
    gross: minus(payload.gross),
    incomeTax: minus(payload.incomeTax),
    localTax: minus(payload.localTax),
    farmTax: minus(payload.farmTax),
    net: minus(payload.net),
  };
  return { eventId, accountNo, payload: { ...event, ...change } };
}

/** An event that corrects a payout by these amounts. */
export function correctionOf(event: PaidEvent, change: object): OutboxEvent {
  const { eventId, ...rest } = reversalOf(event, { kind: 'CORRECTION', ...change });
  return { ...rest, eventId, payload: { ...rest.payload, correctionId: eventId } };
}

/** An event of a payout that the ledger does not have. */
export function forgedOf(event: PaidEvent): OutboxEvent {
  const eventId = newId();
  return { ...event, eventId, payload: { ...event.payload, payoutId: eventId } };
}

export async function one<T>(sql: string, values: unknown[] = []): Promise<T> {
  return (await owner.query(sql, values)).rows[0] as T;
}

/** What the tax book has about a payout. */
export const booked = (payoutId: string) =>
  one<{ postings: string[] | null; lines: string[] | null }>(
    `select array_agg(p.kind || ' ' || p.gross order by p.kind) as postings,
            (select array_agg(l.tax_type || ' ' || l.base || ' ' || l.amount order by l.amount)
               from tax.line l join tax.posting q using (posting_id) where q.payout_id = $1) as lines
       from tax.posting p where payout_id = $1`,
    [payoutId],
  );

export const withheld = async (): Promise<number> =>
  (await one<{ won: number }>('select coalesce(sum(amount), 0)::int as won from tax.remittance_total')).won;
