import { createTestDatabase, openAccount, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresOutbox } from '../src/db/outbox.ts';
import { postgresTaxBook } from '../src/db/tax-book.ts';
import { type OutboxEvent, takeIn, writeDelivery } from '../src/flows/tax-posting.ts';
import { type CoreUnderTest, startNewCore } from './new-core.ts';

let db: TestDatabase;
let owner: pg.Pool;
let service: CoreUnderTest;

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

const fail = { put: () => Promise.reject(new Error('must not be a dead letter')) };

async function payOnce(): Promise<string> {
  const account = await openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 50_000_000n }] });
  const paid = await service.core.pay({ ...account, traceId: '0' }, `key-${account.accountNo}`, {});
  if (!paid.ok) throw new Error('must pay');
  return paid.body.payout.payoutId;
}

async function unsent(): Promise<OutboxEvent[]> {
  const events: OutboxEvent[] = [];
  await postgresOutbox(service.source).sendUnsent(100, async (batch) => void events.push(...batch));
  return events;
}

async function booked(payoutId: string): Promise<unknown> {
  const { rows } = await owner.query(
    `select p.gross, (select array_agg(tax_type || ' ' || amount order by tax_type) from tax.line l where l.payout_id = p.payout_id) as lines
       from tax.posting p where payout_id = $1`,
    [payoutId],
  );
  return rows;
}

describe('the outbox', () => {
  it('keeps an event until its publication succeeded', async () => {
    const payoutId = await payOnce();
    const outbox = postgresOutbox(service.source);
    await expect(outbox.sendUnsent(100, () => Promise.reject(new Error('broker down')))).rejects.toThrow(
      'broker down',
    );
    expect((await unsent()).map((event) => (event.payload as { payoutId: string }).payoutId)).toEqual([
      payoutId,
    ]);
    expect(await unsent()).toEqual([]);
  });

  it('is sent by one relay at a time', async () => {
    await payOnce();
    const outbox = postgresOutbox(service.source);
    let meanwhile: number | null = null;
    await outbox.sendUnsent(100, async () => {
      meanwhile = await postgresOutbox(service.source).sendUnsent(100, async () => undefined);
    });
    expect(meanwhile).toBe(0);
  });
});

describe('the tax book', () => {
  it('books a payout once, however often and from however many workers its event comes', async () => {
    const payoutId = await payOnce();
    const [event] = await unsent();
    if (event === undefined) throw new Error('no event');
    const totals = `select coalesce(sum(amount), 0)::int as won from tax.remittance_total`;
    const before = (await owner.query(totals)).rows[0].won;
    const book = postgresTaxBook(service.source);
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, () => takeIn(book, fail, writeDelivery(event))),
    );
    expect(outcomes.filter((outcome) => outcome === 'posted')).toHaveLength(1);
    expect(await booked(payoutId)).toEqual([{ gross: '2739', lines: ['INCOME_TAX 380', 'LOCAL_TAX 30'] }]);
    expect((await owner.query(totals)).rows[0].won - before).toBe(410);
  });

  it.each([
    ['not JSON', '{'],
    ['no event id', '{"event":{}}'],
    [
      'another version',
      '{"eventId":"00000000-0000-4000-8000-000000000000","event":{"kind":"INTEREST_PAID","schemaVersion":"2.0"}}',
    ],
  ])('puts what it can never understand aside with its cause: %s', async (_what, text) => {
    const dead: string[] = [];
    const deadLetters = { put: async (_event: object, cause: string) => void dead.push(cause) };
    await takeIn(postgresTaxBook(service.source), deadLetters, { key: '1', text });
    expect(dead).toHaveLength(1);
  });
});
