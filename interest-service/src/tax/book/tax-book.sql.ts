import type { DataSource, EntityManager } from 'typeorm';
import { sqlState } from '../../ledger/database-faults.ts';
import { EventRefused } from '../../ledger/faults.ts';
import { eventIdOf } from '../../ledger/tax-event.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { TaxDelivery } from '../events/tax-event-record.ts';
import type { Booked, TaxBook } from './tax-book.ts';

/** SQLSTATE classes of data exceptions and violated constraints: the content of the event is refused, at any time. */
const REFUSED_CLASSES = new Set(['22', '23']);
/** The next delivery books the next ones. */
const UNPARK_AT_ONCE = 100;

/**
 * $1 events. Writes inbox row, posting and lines of each new event; sorted, so that two workers with the same events wait for
 * each other in one direction. An event that changes a payout of this core which is not booked yet is parked instead. The
 * legacy core books the tax of its own payouts, so an event that changes one of those need not wait.
 */
const TAKE_IN = `
with given as materialized (
  select * from jsonb_to_recordset($1::jsonb) as e (
    "eventId" uuid, event jsonb, kind text, "payoutId" uuid, "accountNo" text, "customerId" text, "businessDate" date,
    "originalBusinessDate" date, "taxClass" text, "taxRuleVersion" text,
    gross bigint, "incomeTax" bigint, "localTax" bigint, "farmTax" bigint, net bigint)
),
early as materialized (
  select g.* from given g
   where g.kind <> 'INTEREST_PAID'
     and exists (select from core.interest_payout p where p.payout_id = g."payoutId" and p.core = 'new')
     and not exists (select from tax.posting p where p.posting_id = g."payoutId")
     and not exists (select from given o where o.kind = 'INTEREST_PAID' and o."payoutId" = g."payoutId")
     and not exists (select from tax.inbox i where i.event_id = g."eventId")
),
parked as (
  insert into tax.parked (event_id, payout_id, event) select "eventId", "payoutId", event from early order by 1
  on conflict do nothing
),
taken as (
  insert into tax.inbox (event_id)
  select g."eventId" from given g where not exists (select from early e where e."eventId" = g."eventId") order by 1
  on conflict do nothing
  returning event_id
),
posted as (
  insert into tax.posting
    (posting_id, kind, payout_id, account_no, customer_id, business_date, statement_year, tax_class, tax_rule_version,
     gross, income_tax, local_tax, farm_tax, net)
  select g."eventId", g.kind, g."payoutId", g."accountNo", g."customerId", g."businessDate",
         extract(year from g."originalBusinessDate"), g."taxClass", g."taxRuleVersion",
         g.gross, g."incomeTax", g."localTax", g."farmTax", g.net
    from given g join taken t on t.event_id = g."eventId" order by 1
  returning *
),
lines as (
  insert into tax.line (posting_id, tax_type, business_date, base, amount)
  select p.posting_id, t.tax_type, p.business_date, t.base, t.amount
    from posted p
   cross join lateral (values
     ('INCOME_TAX', p.gross, p.income_tax), ('LOCAL_TAX', p.income_tax, p.local_tax), ('FARM_TAX', p.gross, p.farm_tax)
   ) t (tax_type, base, amount)
   where t.amount <> 0
)
select g."eventId" as event_id,
       case when e."eventId" is not null then 'parked' when p.posting_id is not null then 'posted' else 'seen' end as outcome
  from given g
  left join posted p on p.posting_id = g."eventId"
  left join early e on e."eventId" = g."eventId"`;

/** $1 posting ids. */
const ADD_TO_STATEMENTS = `
insert into tax.payment_statement as s
  (customer_id, year, tax_class, postings, gross, income_tax, local_tax, farm_tax, net)
select customer_id, statement_year, tax_class, count(*), sum(gross), sum(income_tax), sum(local_tax), sum(farm_tax), sum(net)
  from tax.posting where posting_id = any($1::uuid[]) group by 1, 2, 3 order by 1, 2, 3
on conflict (customer_id, year, tax_class) do update
   set postings = s.postings + excluded.postings, gross = s.gross + excluded.gross,
       income_tax = s.income_tax + excluded.income_tax, local_tax = s.local_tax + excluded.local_tax,
       farm_tax = s.farm_tax + excluded.farm_tax, net = s.net + excluded.net`;

/** $1 posting ids. */
const ADD_TO_DAYS = `
insert into tax.remittance_day as d (business_date, tax_type, lines, amount)
select business_date, tax_type, count(*), sum(amount)
  from tax.line where posting_id = any($1::uuid[]) group by 1, 2 order by 1, 2
on conflict (business_date, tax_type) do update
   set lines = d.lines + excluded.lines, amount = d.amount + excluded.amount`;

/** $1 posting ids. The row of the counter stays locked to the end, so that the numbers of a year have no gap and no double. */
const NUMBER_RECEIPTS = `
with wanted as (
  select posting_id, extract(year from business_date)::smallint as year from tax.posting where posting_id = any($1::uuid[])
),
counted as (
  insert into tax.receipt_number as c (year, last_no) select year, count(*) from wanted group by year order by year
  on conflict (year) do update set last_no = c.last_no + excluded.last_no
  returning year, last_no
)
insert into tax.withholding_receipt (year, receipt_no, posting_id)
select w.year, c.last_no - count(*) over (partition by w.year) + row_number() over (partition by w.year order by w.posting_id),
       w.posting_id
  from wanted w join counted c using (year)`;

/** $1 limit. Parked events whose payout is booked now. */
const UNPARKABLE = `
select event from tax.parked k
 where exists (select from tax.posting p where p.posting_id = k.payout_id) order by parked_at limit $1`;

/** $1 event id. Runs in the transaction that books the event; a second worker finds no row. */
const TAKE_PARKED = 'delete from tax.parked where event_id = $1 returning event_id';

/** The tax book in PostgreSQL. */
export function postgresTaxBook(source: DataSource): TaxBook {
  return {
    async post(deliveries) {
      const once = [...new Map(deliveries.map((d) => [d.eventId, d])).values()];
      const booked = await refusing(() => inTransaction(source, (manager) => postAll(manager, once)));
      return { ...booked, seenBefore: booked.seenBefore + deliveries.length - once.length };
    },
    async unparkable() {
      const rows = await source.query<{ event: TaxDelivery['event'] }[]>(UNPARKABLE, [UNPARK_AT_ONCE]);
      return rows.map(({ event }) => ({ eventId: eventIdOf(event), event }));
    },
    postParked: (delivery) =>
      refusing(() =>
        inTransaction(source, async (manager) => {
          const [taken] = await manager.query<[unknown[], number]>(TAKE_PARKED, [delivery.eventId]);
          if (taken.length === 0) return false;
          await postAll(manager, [delivery]);
          return true;
        }),
      ),
    async dropParked(eventId) {
      await source.query(TAKE_PARKED, [eventId]);
    },
  };
}

/**
 * The order is the order of locks, the same in every worker: inbox, postings, statements, totals of the day, receipt counter.
 * Every transaction needs the rows of the last two, so they come last, and once in a batch instead of once for each event.
 */
async function postAll(manager: EntityManager, deliveries: readonly TaxDelivery[]): Promise<Booked> {
  const given = JSON.stringify(deliveries.map(flat));
  const outcomes = await manager.query<{ event_id: string; outcome: 'posted' | 'seen' | 'parked' }[]>(
    TAKE_IN,
    [given],
  );
  const posted = outcomes.filter(({ outcome }) => outcome === 'posted').map(({ event_id }) => event_id);
  if (posted.length > 0) {
    await manager.query(ADD_TO_STATEMENTS, [posted]);
    await manager.query(ADD_TO_DAYS, [posted]);
    await manager.query(NUMBER_RECEIPTS, [posted]);
  }
  const parked = outcomes.filter(({ outcome }) => outcome === 'parked').length;
  return { posted: posted.length, parked, seenBefore: outcomes.length - posted.length - parked };
}

/** An event whose id is not that of its document would pass the inbox a second time. */
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
