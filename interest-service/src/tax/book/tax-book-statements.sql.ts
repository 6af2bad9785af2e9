/** Statements of the tax book, one transaction in this order; see tax-book.ts. */

/**
 * $1 events. Inbox row, posting and lines of each event that is new; sorted, so that two readers of the same events
 * wait for each other in one direction. What changes a payout of this core that is not booked is parked instead; the
 * legacy core books the tax of its own payouts, so what changes one of those need not wait.
 */
export const TAKE_IN = `
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
export const ADD_TO_STATEMENTS = `
insert into tax.payment_statement as s
  (customer_id, year, tax_class, postings, gross, income_tax, local_tax, farm_tax, net)
select customer_id, statement_year, tax_class, count(*), sum(gross), sum(income_tax), sum(local_tax), sum(farm_tax), sum(net)
  from tax.posting where posting_id = any($1::uuid[]) group by 1, 2, 3 order by 1, 2, 3
on conflict (customer_id, year, tax_class) do update
   set postings = s.postings + excluded.postings, gross = s.gross + excluded.gross,
       income_tax = s.income_tax + excluded.income_tax, local_tax = s.local_tax + excluded.local_tax,
       farm_tax = s.farm_tax + excluded.farm_tax, net = s.net + excluded.net`;

/** $1 posting ids. */
export const ADD_TO_DAYS = `
insert into tax.remittance_day as d (business_date, tax_type, lines, amount)
select business_date, tax_type, count(*), sum(amount)
  from tax.line where posting_id = any($1::uuid[]) group by 1, 2 order by 1, 2
on conflict (business_date, tax_type) do update
   set lines = d.lines + excluded.lines, amount = d.amount + excluded.amount`;

/** $1 posting ids. The counter's row is held to the end, so the numbers of a year have no gap and no double. */
export const NUMBER_RECEIPTS = `
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

/** $1 how many. Parked events whose payout is booked by now. */
export const UNPARKABLE = `
select event from tax.parked k
 where exists (select from tax.posting p where p.posting_id = k.payout_id) order by parked_at limit $1`;

/** $1 event id. In the transaction that books it; whoever comes second finds nothing. */
export const TAKE_PARKED = 'delete from tax.parked where event_id = $1 returning event_id';
