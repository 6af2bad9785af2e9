import { TAKEN_OVER_CHANNELS } from '../../ledger/entries.sql.ts';

/** Statements of reconciliation. $1 first day, $2 last day; amounts as text. */

/** An event may be under way for this long: forty times what it takes under load. */
const GRACE = `interval '1 minute'`;
const PARKED_GRACE = `interval '10 minutes'`;
/** After this many sends the cause is the worker, not the transport. */
const MAX_SENDS = 5;

const TAXES = `sum(income_tax)::text as income_tax, sum(local_tax)::text as local_tax, sum(farm_tax)::text as farm_tax`;

const taxesByType = (amount: string, type: string, names: readonly string[]) => `
  coalesce(sum(${amount}) filter (where ${type} = '${names[0]}'), 0) as income_tax,
  coalesce(sum(${amount}) filter (where ${type} = '${names[1]}'), 0) as local_tax,
  coalesce(sum(${amount}) filter (where ${type} = '${names[2]}'), 0) as farm_tax`;
const TYPES = ['INCOME_TAX', 'LOCAL_TAX', 'FARM_TAX'];
const LEGACY_TYPES = ['01', '02', '03'];

const takenOver = (effect: string) => `exists (
  select from core.account_txn t
   where t.account_no = ${effect}.account_no and t.seq = ${effect}.seq and t.channel in (${TAKEN_OVER_CHANNELS}))`;

/** Each effect of this core with its state in the books. An event that is under way is right for a while. */
const STANDING = `
line as (
  select posting_id, ${taxesByType('amount', 'tax_type', TYPES)}
    from tax.line where business_date between $1 and $2 group by posting_id
),
effect as (
  select * from core.interest_effect where core = 'new' and business_date between $1 and $2
),
standing as (
  select e.*,
         case
           when p.posting_id is not null then
             case
               when (p.gross, p.income_tax, p.local_tax, p.farm_tax, p.net, p.business_date)
                    is distinct from (e.gross, e.income_tax, e.local_tax, e.farm_tax, e.net, e.business_date)
                 then 'BOOKED_OTHERWISE'
               when (coalesce(l.income_tax, 0), coalesce(l.local_tax, 0), coalesce(l.farm_tax, 0))
                    <> (p.income_tax, p.local_tax, p.farm_tax) then 'LINES_DIFFER'
               when w.posting_id is null then 'NO_NUMBER'
               else 'BOOKED'
             end
           when o.event_id is null then case when ${takenOver('e')} then 'TAKEN_OVER' else 'NO_EVENT' end
           when exists (select from tax.dead_letter d where d.event_id = o.event_id and d.redriven_at is null) then 'DEAD_LETTER'
           when k.event_id is not null then
             case when k.parked_at < clock_timestamp() - ${PARKED_GRACE} then 'PARKED' else 'IN_FLIGHT' end
           when o.published_at is null then
             case when o.created_at < clock_timestamp() - ${GRACE} then 'NOT_SENT' else 'IN_FLIGHT' end
           when o.published_at < clock_timestamp() - ${GRACE} then
             case when o.sent_times < ${MAX_SENDS} then 'NOT_BOOKED' else 'NOT_BOOKED_AGAIN' end
           else 'IN_FLIGHT'
         end as standing
    from effect e
    left join interest.outbox o on o.event_id = e.effect_id
    left join tax.posting p on p.posting_id = e.effect_id
    left join tax.withholding_receipt w on w.posting_id = e.effect_id
    left join tax.parked k on k.event_id = e.effect_id
    left join line l on l.posting_id = e.effect_id
)`;

export const STANDINGS = `
with ${STANDING}
select standing, count(*)::int, ${TAXES}, (array_agg(effect_id::text))[1:20] as examples from standing group by standing`;

/** $3 version of the schema. Writes the same event that the writer of the receipt would have written. */
export const WRITE_EVENTS = `
with ${STANDING}
insert into interest.outbox (event_id, payout_id, account_no, payload)
select s.effect_id, s.payout_id, s.account_no,
       jsonb_build_object('schemaVersion', $3::text, 'payoutId', s.payout_id, 'accountNo', s.account_no,
         'customerId', p.customer_id, 'businessDate', s.business_date, 'taxClass', p.tax_class,
         'taxRuleVersion', p.tax_rule_version, 'gross', s.gross::text, 'incomeTax', s.income_tax::text,
         'localTax', s.local_tax::text, 'farmTax', s.farm_tax::text, 'net', s.net::text)
       || case s.kind
            when 'PAYOUT' then jsonb_build_object('kind', 'INTEREST_PAID', 'basisSeq', p.basis_seq::text)
            when 'REVERSAL' then jsonb_build_object(
              'kind', 'REVERSAL', 'reversalId', s.effect_id, 'originalBusinessDate', p.business_date)
            else jsonb_build_object(
              'kind', 'CORRECTION', 'correctionId', s.effect_id, 'originalBusinessDate', p.business_date)
          end
  from standing s join core.interest_payout p using (payout_id)
 where s.standing = 'NO_EVENT'
on conflict do nothing
returning event_id`;

export const SEND_AGAIN = `
with ${STANDING}
update interest.outbox o set published_at = null from standing s
 where s.standing = 'NOT_BOOKED' and o.event_id = s.effect_id
returning o.event_id`;

export const BOOKED_WITHOUT_RECEIPT = `
select posting_id::text as example from tax.posting p
 where business_date between $1 and $2
   and not exists (select from core.interest_effect e where e.effect_id = p.posting_id)`;

/** Lines and totals of each day that has one of them. */
export const DAYS = `
select coalesce(l.business_date, d.business_date)::text as day, coalesce(l.tax_type, d.tax_type) as tax_type,
       coalesce(l.lines, 0)::int as lines, coalesce(l.amount, 0)::text as line_amount,
       coalesce(d.lines, 0)::int as total_lines, coalesce(d.amount, 0)::text as total_amount
  from (select business_date, tax_type, count(*) as lines, sum(amount) as amount
          from tax.line where business_date between $1 and $2 group by 1, 2) l
  full join (select * from tax.remittance_day where business_date between $1 and $2) d using (business_date, tax_type)`;

export const WRONG_STATEMENTS = `
select coalesce(s.customer_id, p.customer_id) || ' ' || coalesce(s.year, p.year) as example
  from tax.payment_statement s
  full join (select customer_id, statement_year as year, tax_class, count(*) as postings, sum(gross) as gross,
                    sum(income_tax) as income_tax, sum(local_tax) as local_tax, sum(farm_tax) as farm_tax, sum(net) as net
               from tax.posting group by 1, 2, 3) p using (customer_id, year, tax_class)
 where (s.postings, s.gross, s.income_tax, s.local_tax, s.farm_tax, s.net)
       is distinct from (p.postings, p.gross, p.income_tax, p.local_tax, p.farm_tax, p.net)`;

export const WRONG_NUMBERS = `
select coalesce(n.year, w.year)::text as example
  from tax.receipt_number n
  full join (select year, count(*) as receipts, max(receipt_no) as highest from tax.withholding_receipt group by year) w
       using (year)
 where n.last_no is distinct from w.receipts or n.last_no is distinct from w.highest`;

/** Whether this database has a legacy core whose tax books may be read. */
export const LEGACY_READABLE = `
select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as readable
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = 'legacy' and c.relname = 'tax_line'`;

const LEGACY_BOOKED = `
with receipt as (
  select * from core.interest_payout p
   where p.core = 'legacy' and p.business_date between $1 and $2 and not ${takenOver('p')}
),
booked as (
  select r.payout_id, r.account_no, r.income_tax as due_income, r.local_tax as due_local, r.farm_tax as due_farm, l.*
    from receipt r
   cross join lateral (
     select count(*)::int as lines, ${taxesByType('tax_amt', 'tax_ty', LEGACY_TYPES)}
       from legacy.tax_line t where t.payo_id = r.payout_id) l
)`;

export const LEGACY_SUMS = `${LEGACY_BOOKED}
select count(*)::int as receipts, coalesce(sum(due_income), 0)::text as due_income, coalesce(sum(due_local), 0)::text as due_local,
       coalesce(sum(due_farm), 0)::text as due_farm, count(*) filter (where lines > 0)::int as booked,
       coalesce(sum(income_tax), 0)::text as income_tax, coalesce(sum(local_tax), 0)::text as local_tax,
       coalesce(sum(farm_tax), 0)::text as farm_tax
  from booked`;

export const LEGACY_NO_LINES = `${LEGACY_BOOKED} select payout_id::text as example from booked where lines = 0`;

export const LEGACY_LINES = `${LEGACY_BOOKED}
select payout_id::text as example from booked
 where lines > 0 and (income_tax, local_tax, farm_tax) <> (due_income, due_local, due_farm)`;

export const LEGACY_MONTHS = `
select coalesce(t.rmt_ym, l.rmt_ym) || ' ' || coalesce(t.tax_ty, l.tax_ty) as example
  from legacy.tax_tot t
  full join (select rmt_ym, tax_ty, sum(tax_amt) as amt from legacy.tax_line group by 1, 2) l using (rmt_ym, tax_ty)
 where coalesce(t.amt, 0) <> coalesce(l.amt, 0)`;

/** The next statements of the transaction read one snapshot. */
export const ONE_SNAPSHOT = 'set transaction isolation level repeatable read, read only';

/** $1 key of the lock, which is held to the end of the transaction. */
export const ONE_AT_A_TIME = 'select pg_try_advisory_xact_lock($1) as mine';

/** Today, yesterday, and the first day of the month before. */
export const DATES = `
select t.today::text, (t.today - 1)::text as yesterday,
       (date_trunc('month', t.today) - interval '1 month')::date::text as last_month
  from (select core.business_date() as today) t`;

/** $1 scope, $2 duration in milliseconds, $3 report. Reports are kept for a week. */
export const KEEP_REPORT = `
with old as (delete from tax.reconciliation where at < clock_timestamp() - interval '7 days')
insert into tax.reconciliation (scope, took_ms, report) values ($1, $2, $3)`;

/** Whether a whole reconciliation ran today. */
export const WHOLE_TODAY = `
select exists (select from tax.reconciliation
                where scope like 'whole %' and (report ->> 'asked')::date = core.business_date()) as done`;
