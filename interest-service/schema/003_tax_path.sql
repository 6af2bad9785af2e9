-- An event's id is the id of its document (payout, reversal, correction): a document has one event, whoever writes it.
update interest.outbox set event_id = payout_id;
alter table interest.outbox drop constraint outbox_payout_id_key;
-- Relays share the work by slots; all events of an account are in one slot, so that one relay at a time sends them.
alter table interest.outbox
  add column slot smallint not null generated always as (hashtext(account_no) & 15) stored,
  add column sent_times smallint not null default 0;
drop index interest.outbox_unsent;
create index outbox_unsent on interest.outbox (slot, id) where published_at is null;
-- Reconciliation looks at days; rows come in the order of time.
create index outbox_day on interest.outbox using brin (created_at) with (pages_per_range = 32, autosummarize = on);
-- Each event is marked once: its dead index entries stand at the very front that relays read.
alter table interest.outbox set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
grant update (sent_times) on interest.outbox to interest_service;

drop table tax.line, tax.posting, tax.remittance_total, tax.inbox;
-- What was booked from events before this migration is booked again from the same events, in the new form.
update interest.outbox set published_at = null;

-- An event taken in, in the same transaction as its effect: a second delivery finds it here.
create table tax.inbox (
  event_id uuid primary key,
  received_at timestamptz not null default clock_timestamp()
);

-- The withholding of one document. Amounts have signs: a reversal takes back.
create table tax.posting (
  posting_id uuid primary key,
  kind text not null check (kind in ('INTEREST_PAID', 'REVERSAL', 'CORRECTION')),
  payout_id uuid not null references core.interest_payout,
  account_no text not null,
  customer_id text not null,
  -- The day it was booked: its month is the month of the remittance.
  business_date date not null,
  -- The year of the payment statement: that of the payout, also for what changes it later.
  statement_year smallint not null,
  tax_class text not null,
  tax_rule_version text not null,
  gross bigint not null,
  income_tax bigint not null,
  local_tax bigint not null,
  farm_tax bigint not null,
  net bigint not null,
  posted_at timestamptz not null default clock_timestamp(),
  check (gross = income_tax + local_tax + farm_tax + net),
  check ((kind = 'INTEREST_PAID') = (posting_id = payout_id)),
  check (kind <> 'INTEREST_PAID' or gross > 0),
  check (kind <> 'REVERSAL' or gross < 0)
);
-- A payout is taken back once.
create unique index one_reversal_per_payout on tax.posting (payout_id) where kind = 'REVERSAL';
create index posting_of_customer on tax.posting (customer_id, statement_year);
create index posting_day on tax.posting using brin (business_date) with (pages_per_range = 32, autosummarize = on);

-- One tax of one posting, with what it was taken of.
create table tax.line (
  posting_id uuid not null references tax.posting,
  tax_type text not null check (tax_type in ('INCOME_TAX', 'LOCAL_TAX', 'FARM_TAX')),
  business_date date not null,
  base bigint not null,
  amount bigint not null check (amount <> 0),
  primary key (posting_id, tax_type)
);
create index line_day on tax.line using brin (business_date) with (pages_per_range = 32, autosummarize = on);

-- What was withheld on a day. A month's remittance, due by the 10th of the next one, is the sum of its days: so a day
-- can be proved by itself, and nothing ever has to be added up from the first line of the month.
create table tax.remittance_day (
  business_date date not null,
  tax_type text not null check (tax_type in ('INCOME_TAX', 'LOCAL_TAX', 'FARM_TAX')),
  lines bigint not null,
  amount bigint not null,
  primary key (business_date, tax_type)
) with (fillfactor = 50);
create view tax.remittance_total as
select date_trunc('month', business_date)::date as month, tax_type, sum(lines)::bigint as lines, sum(amount)::bigint as amount
  from tax.remittance_day group by 1, 2;

-- What was paid to a customer in a year (지급명세서).
create table tax.payment_statement (
  customer_id text not null,
  year smallint not null,
  tax_class text not null,
  postings bigint not null,
  gross bigint not null,
  income_tax bigint not null,
  local_tax bigint not null,
  farm_tax bigint not null,
  net bigint not null,
  primary key (customer_id, year, tax_class)
) with (fillfactor = 80);

-- Withholding receipts (원천징수영수증), numbered within their year without a gap: that none was taken away shows.
create table tax.receipt_number (year smallint primary key, last_no bigint not null) with (fillfactor = 50);
create table tax.withholding_receipt (
  year smallint not null,
  receipt_no bigint not null check (receipt_no >= 1),
  posting_id uuid not null unique references tax.posting,
  issued_at timestamptz not null default clock_timestamp(),
  primary key (year, receipt_no)
);

-- An event that came before the payout it changes: it waits here and not on its partition.
create table tax.parked (
  event_id uuid primary key,
  payout_id uuid not null,
  event jsonb not null,
  parked_at timestamptz not null default clock_timestamp()
);
create index parked_payout on tax.parked (payout_id);

-- Where dead letters came from; what they say is in the dead-letter topic. A second delivery is the same dead letter.
create table tax.dead_letter (
  origin text not null,
  event_id uuid,
  cause text not null,
  dead_at timestamptz not null default clock_timestamp(),
  redriven_at timestamptz,
  primary key (origin)
);
create index dead_letter_event on tax.dead_letter (event_id);

-- The last results of reconciliation, for whoever asks later.
create table tax.reconciliation (
  id bigint primary key generated always as identity,
  at timestamptz not null default clock_timestamp(),
  scope text not null,
  took_ms integer not null,
  report jsonb not null
);

create function tax.refuse_edit() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: book a reversal or a correction instead', tg_table_name using errcode = '42501';
end
$$;
create trigger append_only before update or delete or truncate on tax.posting
  for each statement execute function tax.refuse_edit();
create trigger append_only before update or delete or truncate on tax.line
  for each statement execute function tax.refuse_edit();
create trigger append_only before update or delete or truncate on tax.withholding_receipt
  for each statement execute function tax.refuse_edit();
create trigger append_only before update or delete or truncate on tax.inbox
  for each statement execute function tax.refuse_edit();
grant select on all tables in schema tax to interest_service, auditor;
grant insert on tax.inbox, tax.posting, tax.line, tax.withholding_receipt, tax.dead_letter, tax.reconciliation
  to interest_service;
grant insert, update on tax.remittance_day, tax.payment_statement, tax.receipt_number to interest_service;
grant insert, update, delete on tax.parked to interest_service;
grant update (redriven_at) on tax.dead_letter to interest_service;
grant delete on tax.reconciliation to interest_service;
