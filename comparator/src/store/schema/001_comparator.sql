-- What the gateway keeps: counts of verdicts and times, mismatches whole (masked), signatures, and alerts to send.

-- One row per process that ever ran. `last_batch` is the fence that makes a repeated write of a batch do nothing:
-- when a COMMIT's acknowledgement is lost, the batch is written again with the same number. `requests` and `settled`
-- are the totals of the run up to that batch; what a killed process left unsettled is their difference.
create table comparator.gateway_run (
  run_id text primary key,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  last_batch bigint not null,
  requests bigint not null,
  settled bigint not null,
  check (settled <= requests)
);

-- `entered_at`: the instant its stage was entered, as the flag said when the request was decided.
create table comparator.verdict_count (
  stage text not null,
  entered_at timestamptz not null,
  operation text not null,
  stratum jsonb not null,
  primary_core text not null check (primary_core in ('legacy', 'new')),
  verdict text not null check (verdict in ('match', 'mismatch', 'explained', 'raced', 'shadow_error', 'shadow_timeout',
    'primary_error', 'both_failed', 'dropped', 'unsampled')),
  minute timestamptz not null,
  n bigint not null check (n > 0),
  primary key (stage, entered_at, operation, stratum, primary_core, verdict, minute)
);

-- Calls that took at most `ms`, rounded up to two significant digits.
create table comparator.latency_count (
  stage text not null,
  entered_at timestamptz not null,
  operation text not null,
  core text not null check (core in ('legacy', 'new')),
  role text not null check (role in ('primary', 'shadow')),
  ms numeric not null,
  n bigint not null check (n > 0),
  primary key (stage, entered_at, operation, core, role, ms)
);

create table comparator.signature (
  id text primary key,
  operation text not null,
  parts jsonb not null,
  state text not null default 'new'
    check (state in ('new', 'acknowledged', 'expected', 'fixed', 'reopened')),
  count bigint not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  first_comparison text not null,
  -- What Slack has been told so far; the difference to `count` is what the next digest says.
  told_count bigint not null,
  told_at timestamptz not null
);

-- Mismatches and failures, whole. `detail` is json and not jsonb: it keeps the spelling of every number.
create table comparator.comparison (
  id text primary key,
  at timestamptz not null,
  operation text not null,
  stage text not null,
  entered_at timestamptz not null,
  stratum jsonb not null,
  primary_core text not null,
  verdict text not null,
  signature_id text references comparator.signature,
  trace_id text not null,
  detail json not null
);
create index on comparator.comparison (signature_id, at);

-- Messages to send; written in the transaction that saw the reason, so none is lost while Slack is away.
create table comparator.alert (
  id bigint generated always as identity primary key,
  signature_id text not null references comparator.signature,
  kind text not null check (kind in ('first-sight', 'digest')),
  message json not null,
  created_at timestamptz not null default now(),
  next_attempt_at timestamptz not null default now(),
  attempts integer not null default 0,
  last_error text,
  sent_at timestamptz
);
create unique index one_first_sight on comparator.alert (signature_id) where kind = 'first-sight';
create index alert_due on comparator.alert (next_attempt_at) where sent_at is null;

-- The role is the operator's to create; where there is none, the owner runs the gateway.
do $$
begin
  if exists (select from pg_roles where rolname = 'comparator') then
    grant usage on schema comparator to comparator;
    grant select, insert, update on all tables in schema comparator to comparator;
  end if;
end
$$;
