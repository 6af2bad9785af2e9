import { describe, expect, it } from 'vitest';
import {
  booked,
  forgedOf,
  letters,
  one,
  payOnce,
  service,
  take,
  taxBookFixture,
  withheld,
} from '../../../testing/tax-book.ts';
import { postgresOutbox } from '../events/outbox.sql.ts';

taxBookFixture();

describe('the outbox', () => {
  it('keeps an event until its publication succeeded', async () => {
    const { eventId } = await payOnce();
    const outbox = postgresOutbox(service.source);
    await expect(outbox.sendUnsent(1_000, () => Promise.reject(new Error('broker down')))).rejects.toThrow(
      'broker down',
    );
    const sent: string[] = [];
    while (await outbox.hasUnsent()) {
      await outbox.sendUnsent(1_000, async (events) => void sent.push(...events.map((e) => e.eventId)));
    }
    expect(sent).toContain(eventId);
  });

  it('gives the events of an account to one relay at a time', async () => {
    await payOnce();
    const meanwhile: string[] = [];
    const mine: string[] = [];
    await postgresOutbox(service.source).sendUnsent(1_000, async (events) => {
      mine.push(...events.map((e) => e.accountNo));
      await postgresOutbox(service.source).sendUnsent(1_000, async (others) => {
        meanwhile.push(...others.map((e) => e.accountNo));
      });
    });
    expect(mine).not.toEqual([]);
    expect(meanwhile.filter((account) => mine.includes(account))).toEqual([]);
  });
});

describe('the tax book', () => {
  it('books a payout once for any number of deliveries to any number of workers', async () => {
    const event = await payOnce();
    const before = await withheld();
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => take(event, event)));
    expect(outcomes.reduce((sum, { posted }) => sum + posted, 0)).toBe(1);
    expect(outcomes.reduce((sum, { seenBefore }) => sum + seenBefore, 0)).toBe(59);
    expect(await booked(event.eventId)).toEqual({
      postings: ['INTEREST_PAID 2739'],
      lines: ['LOCAL_TAX 380 30', 'INCOME_TAX 2739 380'],
    });
    expect((await withheld()) - before).toBe(410);
    expect(letters).toEqual([]);
  });

  it('writes receipt, statement of the year and totals of the day for a payout', async () => {
    const event = await payOnce();
    await take(event);
    expect(
      await one(
        'select year, postings::int, gross::int, income_tax::int, net::int from tax.payment_statement where customer_id = $1',
        [event.payload.customerId],
      ),
    ).toEqual({
      year: Number(event.payload.businessDate.slice(0, 4)),
      postings: 1,
      gross: 2739,
      income_tax: 380,
      net: 2329,
    });
    const receipt = await one<{ receipt_no: string }>(
      'select receipt_no from tax.withholding_receipt where posting_id = $1',
      [event.eventId],
    );
    expect(Number(receipt.receipt_no)).toBeGreaterThan(0);
  });

  it('numbers receipts without a gap while many workers book and some of them fail', async () => {
    const events = await Promise.all(Array.from({ length: 40 }, () => payOnce()));
    await Promise.all(events.map((event, i) => take(event, ...(i % 4 === 0 ? [forgedOf(event)] : []))));
    expect(
      await one(`select count(*) = max(receipt_no) and max(receipt_no) = (select last_no from tax.receipt_number) as gapless,
                        count(*) = (select count(*) from tax.posting) as complete
                   from tax.withholding_receipt`),
    ).toEqual({ gapless: true, complete: true });
    expect(letters).toHaveLength(10);
  });

  it('withholds no tax from an exempt payout, and still writes its receipt', async () => {
    const event = await payOnce('exempt');
    expect(await take(event)).toMatchObject({ posted: 1 });
    expect(await booked(event.eventId)).toMatchObject({ lines: null });
  });
});

describe('a poison event', () => {
  const uuid = '00000000-0000-4000-8000-000000000000';
  it.each([
    ['no value', null, 'no value'],
    ['not JSON', '{', 'not JSON'],
    ['no event id', '{"schemaVersion":"1.0"}', 'no event id'],
    ['no version', `{"eventId":"${uuid}"}`, 'no schemaVersion'],
    [
      'another major',
      `{"eventId":"${uuid}","kind":"INTEREST_PAID","schemaVersion":"2.0"}`,
      'schema version 2.0',
    ],
    ['another kind', `{"eventId":"${uuid}","kind":"toString","schemaVersion":"1.0"}`, 'unknown kind'],
    ['half an event', `{"eventId":"${uuid}","kind":"REVERSAL","schemaVersion":"1.0"}`, 'required'],
  ])('becomes a dead letter with its cause: %s', async (_what, value, cause) => {
    await take({ key: '1', value, headers: {}, origin: 'test:0:0' });
    expect(letters).toMatchObject([{ cause: expect.stringContaining(cause) }]);
  });

  it('does not stop the other events of its batch', async () => {
    const events = await Promise.all(Array.from({ length: 7 }, () => payOnce()));
    const records: Parameters<typeof take> = [...events];
    const [first] = events;
    if (first === undefined) throw new Error('no event');
    records.splice(3, 0, forgedOf(first), {
      key: '1',
      value: 'x',
      headers: {},
      origin: 'test:0:x',
    });
    expect(await take(...records)).toMatchObject({ posted: 7, dead: 2 });
    expect(letters.map(({ cause }) => cause)).toEqual(['not JSON', expect.stringMatching(/foreign key/)]);
  });

  it('whose amounts do not add up is refused', async () => {
    const event = await payOnce();
    await take({ ...event, payload: { ...event.payload, net: '1' } });
    expect(letters).toMatchObject([{ cause: 'gross is not the sum of taxes and net' }]);
  });

  it('with an id that is not its document does not pass the inbox', async () => {
    const event = await payOnce();
    await take(event);
    await take({ ...event, eventId: '00000000-0000-4000-8000-00000000beef' });
    expect(letters).toMatchObject([{ cause: 'event id is not the id of its document' }]);
    expect(await booked(event.eventId)).toMatchObject({ postings: ['INTEREST_PAID 2739'] });
  });
});

describe('an event of a newer minor version', () => {
  it('is read: added fields are ignored', async () => {
    const event = await payOnce();
    const newer = { ...event, payload: { ...event.payload, schemaVersion: '1.7', branch: '0042' } };
    expect(await take(newer)).toMatchObject({ posted: 1, dead: 0 });
  });
});
