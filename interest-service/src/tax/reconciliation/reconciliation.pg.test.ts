import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { one, owner, payOnce, reversalOf, service, take, taxBookFixture } from '../../../testing/tax-book.ts';
import { postgresReconciler } from './reconciliation.sql.ts';
import type { Reconciliation } from './reconciliation.ts';

taxBookFixture();

let before: Reconciliation;
beforeEach(async () => {
  before = await compare();
});
afterEach(async () => {
  expect((await compare()).findings).toEqual([]); // each test repairs what it broke
});

async function run(repair: boolean): Promise<Reconciliation> {
  const books = postgresReconciler(service.source);
  const { today, lastMonth } = await books.dates();
  const report = await books.run({ from: lastMonth, to: today, whole: true }, { repair });
  if (report === null) throw new Error('another reconciliation is running');
  return report;
}
const compare = () => run(false);
const what = (report: Reconciliation) => report.findings.map((finding) => [finding.what, finding.count]);

/** Edits the append-only books, which no role may do. */
async function tamper(table: string, sql: string, values: unknown[] = []): Promise<void> {
  await owner.query(`alter table ${table} disable trigger user`);
  await owner.query(sql, values);
  await owner.query(`alter table ${table} enable trigger user`);
}

const longAgo = `clock_timestamp() - interval '1 hour'`;

describe('reconciliation', () => {
  it('proves receipts = lines = totals, and recognises events that are under way', async () => {
    const event = await payOnce();
    const underWay = await compare();
    expect(underWay.balanced).toBe(true);
    expect(underWay.standings.IN_FLIGHT).toMatchObject({ count: 1, incomeTax: '380' });
    await take(event);
    const { standings, lines, totals } = await compare();
    expect(standings.IN_FLIGHT).toBeUndefined();
    expect(standings.BOOKED?.count).toBe((before.standings.BOOKED?.count ?? 0) + 1);
    expect(lines).toEqual(totals);
    expect([lines.incomeTax, lines.localTax]).toEqual([
      standings.BOOKED?.incomeTax,
      standings.BOOKED?.localTax,
    ]);
  });

  it('writes a missing event exactly as the writer of its receipt would have written it', async () => {
    const event = await payOnce();
    await owner.query('delete from interest.outbox where event_id = $1', [event.eventId]);
    expect(what(await compare())).toEqual([['NO_EVENT', 1]]);
    expect(await run(true)).toMatchObject({ balanced: true, repaired: { NO_EVENT: 1 } });
    const again = await one<typeof event>(
      'select event_id as "eventId", account_no as "accountNo", payload from interest.outbox where event_id = $1',
      [event.eventId],
    );
    expect(again).toEqual(event);
    await take(again);
  });

  it('sends an event again that was sent and not booked, up to five times', async () => {
    const event = await payOnce();
    const sent = (times: number) =>
      owner.query(
        `update interest.outbox set published_at = ${longAgo}, sent_times = $2 where event_id = $1`,
        [event.eventId, times],
      );
    await sent(1);
    expect(what(await compare())).toEqual([['NOT_BOOKED', 1]]);
    expect(await run(true)).toMatchObject({ balanced: true, repaired: { NOT_BOOKED: 1 } });
    expect(
      await one('select published_at from interest.outbox where event_id = $1', [event.eventId]),
    ).toEqual({ published_at: null });
    await sent(5);
    expect(what(await run(true))).toEqual([['NOT_BOOKED_AGAIN', 1]]);
    await take(event);
  });

  it('reports events that are not sent, and dead letters', async () => {
    const event = await payOnce();
    await owner.query(`update interest.outbox set created_at = ${longAgo} where event_id = $1`, [
      event.eventId,
    ]);
    expect(what(await compare())).toEqual([['NOT_SENT', 1]]);
    await owner.query(`insert into tax.dead_letter values ('test:0:1', $1, 'because')`, [event.eventId]);
    expect(what(await compare())).toEqual([['DEAD_LETTER', 1]]);
    await owner.query('delete from tax.dead_letter');
    await take(event);
  });

  it('finds changed amounts: posting, line, day, statement, number', async () => {
    const event = await payOnce();
    await take(event);
    const id = [event.eventId];
    const cases: [string, string, string, string][] = [
      [
        'BOOKED_OTHERWISE',
        'tax.posting',
        'gross = gross + 1, net = net + 1',
        'gross = gross - 1, net = net - 1',
      ],
      ['LINES_DIFFER', 'tax.line', 'amount = amount + 10', 'amount = amount - 10'],
      ['NO_NUMBER', 'tax.withholding_receipt', 'posting_id = posting_id', 'posting_id = posting_id'],
    ];
    for (const [finding, table, harm, undo] of cases) {
      if (finding === 'NO_NUMBER') {
        const row = await one<{ year: number; receipt_no: string; issued_at: Date }>(
          'select * from tax.withholding_receipt where posting_id = $1',
          id,
        );
        await tamper(table, `delete from ${table} where posting_id = $1`, id);
        expect(what(await compare()).map(([name]) => name)).toEqual([finding, 'RECEIPT_NUMBERS']);
        await owner.query(`insert into ${table} values ($1, $2, $3, $4)`, [
          row.year,
          row.receipt_no,
          id[0],
          row.issued_at,
        ]);
        continue;
      }
      await tamper(table, `update ${table} set ${harm} where posting_id = $1`, id);
      expect(what(await compare()).map(([name]) => name)).toContain(finding);
      await tamper(table, `update ${table} set ${undo} where posting_id = $1`, id);
    }
    for (const [finding, table] of [
      ['DAY_TOTAL', 'tax.remittance_day'],
      ['STATEMENT', 'tax.payment_statement'],
    ]) {
      const amount = finding === 'STATEMENT' ? 'gross' : 'amount';
      await owner.query(`update ${table} set ${amount} = ${amount} + 1`);
      expect(what(await compare()).map(([name]) => name)).toContain(finding);
      await owner.query(`update ${table} set ${amount} = ${amount} - 1`);
    }
  });

  it('finds postings without a receipt, and accepts history from another system', async () => {
    const event = await payOnce();
    const forged = reversalOf(event);
    await take(event);
    await take(forged);
    expect(what(await compare())).toEqual([['BOOKED_WITHOUT_RECEIPT', 1]]);
    await tamper('tax.line', 'delete from tax.line where posting_id = $1', [forged.eventId]);
    await tamper('tax.withholding_receipt', 'delete from tax.withholding_receipt where posting_id = $1', [
      forged.eventId,
    ]);
    await tamper('tax.posting', 'delete from tax.posting where posting_id = $1', [forged.eventId]);
    await owner.query(
      `update tax.remittance_day set amount = amount + 380, lines = lines - 1 where tax_type = 'INCOME_TAX'`,
    );
    await owner.query(
      `update tax.remittance_day set amount = amount + 30, lines = lines - 1 where tax_type = 'LOCAL_TAX'`,
    );
    await owner.query(
      `update tax.payment_statement set postings = 1, gross = gross + 2739, income_tax = income_tax + 380,
      local_tax = local_tax + 30, net = net + 2329 where customer_id = $1`,
      [event.payload.customerId],
    );
    await owner.query('update tax.receipt_number set last_no = last_no - 1');

    const loaded = await payOnce();
    await owner.query('delete from interest.outbox where event_id = $1', [loaded.eventId]);
    await tamper(
      'core.account_txn',
      `update core.account_txn set channel = 'CASES' where account_no = $1 and kind = 'INTEREST'`,
      [loaded.accountNo],
    );
    expect((await compare()).standings.TAKEN_OVER).toMatchObject({ count: 1 });
  });

  it('runs in one process at a time', async () => {
    const books = postgresReconciler(service.source);
    const { today } = await books.dates();
    const scope = { from: today, to: today, whole: true };
    const runs = await Promise.all(Array.from({ length: 6 }, () => books.run(scope, { repair: true })));
    expect(runs.filter((report) => report !== null).length).toBeLessThan(6);
    expect(await books.wholeDoneToday()).toBe(true);
  });
});

describe('the legacy core', () => {
  it('is proved from its own tax lines: missing, different, month totals', async () => {
    const event = await payOnce();
    const id = [event.eventId];
    await owner.query('delete from interest.outbox where event_id = $1', id);
    await tamper(
      'core.interest_payout',
      `update core.interest_payout set core = 'legacy' where payout_id = $1`,
      id,
    );
    expect(what(await compare())).toEqual([['LEGACY_NO_LINES', 1]]);

    const client = await owner.connect();
    try {
      await client.query('set session_replication_role = replica'); // the other books of the legacy core are not compared here
      const month = event.payload.businessDate.slice(0, 7).replace('-', '');
      const line = (type: string, amount: number) =>
        client.query(`insert into legacy.tax_line values ($1, $2, '01', 'v', 2739, $3, $4)`, [
          ...id,
          type,
          amount,
          month,
        ]);
      await line('01', 380);
      await line('02', 20);
      expect(what(await compare())).toEqual([
        ['LEGACY_LINES', 1],
        ['LEGACY_MONTH', 2],
      ]);
      await client.query(`update legacy.tax_line set tax_amt = 30 where tax_ty = '02'`);
      await client.query(`insert into legacy.tax_tot values ($1, '01', 1, 380), ($1, '02', 1, 30)`, [month]);
      await client.query('set session_replication_role = origin');
    } finally {
      client.release();
    }
    expect((await compare()).legacy).toMatchObject({
      receipts: { count: 1, incomeTax: '380', localTax: '30' },
      lines: { count: 1, incomeTax: '380', localTax: '30' },
    });
  });
});
