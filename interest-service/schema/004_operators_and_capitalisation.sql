-- What operators tried in vain. What they did is in core.interest_reversal, with the same who, when and why.
create table interest.operator_audit (
  id bigint primary key generated always as identity,
  at timestamptz not null default clock_timestamp(),
  operator_id text not null,
  action text not null check (action in ('REVERSAL')),
  account_no text not null,
  payout_id uuid not null,
  trace_id text not null,
  reason text not null,
  outcome text not null
);

-- Scheduled capitalisation of one due date, shared by however many runners: how far its accounts are cut into chunks.
create table interest.capitalisation_run (
  due_on date primary key,
  accounts bigint not null,
  cut_through text not null default '',
  is_cut boolean not null default false,
  started_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- A chunk is done in the transaction of its payouts: both are there, or neither. Accounts that were locked stay to do.
create table interest.capitalisation_chunk (
  due_on date not null references interest.capitalisation_run,
  chunk_no integer not null,
  to_do text[] not null,
  tries integer not null default 0,
  paid bigint not null default 0,
  gross numeric not null default 0,
  net numeric not null default 0,
  skipped jsonb not null default '{}',
  primary key (due_on, chunk_no)
) with (fillfactor = 50);
create index chunk_to_do on interest.capitalisation_chunk (due_on, tries, chunk_no) where to_do <> '{}';

grant select on interest.operator_audit, interest.capitalisation_run, interest.capitalisation_chunk
  to interest_service, auditor;
grant insert on interest.operator_audit to interest_service;
grant insert, update on interest.capitalisation_run, interest.capitalisation_chunk to interest_service;
