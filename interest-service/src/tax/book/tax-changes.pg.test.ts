import { describe, expect, it } from 'vitest';
import {
  booked,
  correctionOf,
  letters,
  one,
  owner,
  payOnce,
  reversalOf,
  take,
  taxBookFixture,
} from '../../../testing/tax-book.ts';

taxBookFixture();

describe('a reversal', () => {
  it('takes every line back, in the month of the reversal', async () => {
    const event = await payOnce();
    const reversal = reversalOf(event, { businessDate: '2031-03-15' });
    await take(event, reversal);
    expect(await booked(event.eventId)).toEqual({
      postings: ['INTEREST_PAID 2739', 'REVERSAL -2739'],
      lines: ['INCOME_TAX -2739 -380', 'LOCAL_TAX -380 -30', 'LOCAL_TAX 380 30', 'INCOME_TAX 2739 380'],
    });
    expect(
      await one(`select sum(amount)::int as won from tax.remittance_total where month = '2031-03-01'`),
    ).toEqual({ won: -410 });
  });

  it('that arrives before its payout is parked, survives a restart, and is booked with the payout', async () => {
    const event = await payOnce();
    const reversal = reversalOf(event);
    expect(await take(reversal)).toMatchObject({ parked: 1, posted: 0 });
    expect(await take(reversal)).toMatchObject({ parked: 1, posted: 0 });
    expect(await booked(event.eventId)).toEqual({ postings: null, lines: null });
    expect(await take(event)).toMatchObject({ posted: 1, unparked: 1 });
    expect(await booked(event.eventId)).toMatchObject({ postings: ['INTEREST_PAID 2739', 'REVERSAL -2739'] });
    expect(await take(reversal)).toMatchObject({ seenBefore: 1, parked: 0 });
  });

  it('and its payout are both booked, whichever of two workers is first', async () => {
    for (let i = 0; i < 20; i += 1) {
      const event = await payOnce();
      const reversal = reversalOf(event);
      await Promise.all([take(reversal), take(event)]);
      expect(await booked(event.eventId)).toMatchObject({
        postings: ['INTEREST_PAID 2739', 'REVERSAL -2739'],
      });
    }
    expect(await one('select count(*)::int as n from tax.parked')).toEqual({ n: 0 });
  });

  it('is booked once: a second reversal of the same payout is a dead letter, also if it was parked', async () => {
    const event = await payOnce();
    const [first, second] = [reversalOf(event), reversalOf(event)];
    await take(first);
    await take(second);
    expect(await take(event)).toMatchObject({ posted: 1, unparked: 1 });
    expect(letters).toMatchObject([{ eventId: second.eventId, cause: /one_reversal_per_payout/ }]);
    expect(await one('select count(*)::int as n from tax.parked')).toEqual({ n: 0 });
  });

  it('of a payout of the legacy core does not wait for that payout', async () => {
    const event = await payOnce();
    await owner.query(`begin; alter table core.interest_payout disable trigger user;
      update core.interest_payout set core = 'legacy' where payout_id = '${event.eventId}';
      alter table core.interest_payout enable trigger user; commit`);
    const reversal = reversalOf(event);
    expect(await take(reversal)).toMatchObject({ posted: 1, parked: 0 });
  });
});

describe('a correction', () => {
  it('is booked each time, with its sign, on the statement of the payout that it corrects', async () => {
    const event = await payOnce();
    const up = { gross: '100', incomeTax: '10', localTax: '0', farmTax: '0', net: '90' };
    const down = { gross: '-71', incomeTax: '-10', localTax: '0', farmTax: '0', net: '-61' };
    const corrections = [
      correctionOf(event, { ...up }),
      correctionOf(event, { ...down, businessDate: '2032-01-02' }),
    ];
    await take(event, ...corrections);
    expect(
      await one(
        'select postings::int, gross::int, income_tax::int, net::int from tax.payment_statement where customer_id = $1',
        [event.payload.customerId],
      ),
    ).toEqual({ postings: 3, gross: 2768, income_tax: 380, net: 2358 });
    expect(letters).toEqual([]);
  });
});
