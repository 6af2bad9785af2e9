create schema interest;
create schema tax;

-- One event per payout, written in the payout's transaction.
create table interest.outbox (
  id bigint primary key generated always as identity,
  event_id uuid not null unique,
  payout_id uuid not null unique references core.interest_payout,
  account_no text not null,
  payload jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  published_at timestamptz
);
-- Ids are not commit order: claim what is unsent, never "id > last".
create index outbox_unsent on interest.outbox (id) where published_at is null;

create table interest.access_audit (
  id bigint primary key generated always as identity,
  at timestamptz not null default clock_timestamp(),
  customer_id text,
  account_no text not null,
  trace_id text not null,
  outcome text not null check (outcome in ('FOREIGN_ACCOUNT'))
);

-- Payouts that were refused, with every reason, the strongest first.
create table interest.refusal_audit (
  id bigint primary key generated always as identity,
  at timestamptz not null default clock_timestamp(),
  customer_id text not null,
  account_no text not null,
  trace_id text not null,
  business_date date not null,
  ledger_seq bigint not null,
  code text not null,
  reasons text[] not null
);

-- An event taken in, in the same transaction as its effect: a second delivery finds it here.
create table tax.inbox (
  event_id uuid primary key,
  received_at timestamptz not null default clock_timestamp()
);

create table tax.posting (
  payout_id uuid primary key references core.interest_payout,
  account_no text not null,
  customer_id text not null,
  business_date date not null,
  tax_class text not null,
  tax_rule_version text not null,
  gross bigint not null,
  posted_at timestamptz not null default clock_timestamp()
);

create table tax.line (
  payout_id uuid not null references tax.posting,
  tax_type text not null check (tax_type in ('INCOME_TAX', 'LOCAL_TAX', 'FARM_TAX')),
  amount bigint not null check (amount > 0),
  primary key (payout_id, tax_type)
);

-- Withheld in a month, due by the 10th of the next one.
create table tax.remittance_total (
  month date not null check (extract(day from month) = 1),
  tax_type text not null,
  amount bigint not null,
  primary key (month, tax_type)
);

grant usage on schema interest, tax to interest_service, auditor;
grant select on all tables in schema interest, tax to interest_service, auditor;
grant insert on interest.outbox, interest.access_audit, interest.refusal_audit, tax.inbox, tax.posting, tax.line, tax.remittance_total
  to interest_service;
grant update (published_at) on interest.outbox to interest_service;
grant update (amount) on tax.remittance_total to interest_service;
