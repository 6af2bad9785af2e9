-- Who looks after a signature and why; a state is changed by a person, `reopened` by the gateway alone.
alter table comparator.signature
  add column owner text,
  add column note text,
  -- Of an expected one: its rule ends after this day, and then it is a mismatch again.
  add column expected_until date,
  add column state_changed_at timestamptz not null default now(),
  add column state_changed_by text not null default 'gateway',
  add constraint expected_ends check ((state = 'expected') = (expected_until is not null)),
  add constraint handled_by_somebody check (state in ('new', 'reopened') or owner is not null);

-- Every change of a state, for ever.
create table comparator.signature_change (
  id bigint generated always as identity primary key,
  signature_id text not null references comparator.signature,
  at timestamptz not null default now(),
  by text not null,
  from_state text not null,
  to_state text not null,
  owner text,
  note text
);

alter table comparator.alert drop constraint alert_kind_check;
alter table comparator.alert alter column signature_id drop not null;
alter table comparator.alert add constraint alert_kind_check
  check (kind in ('first-sight', 'digest', 'reopened', 'resolved', 'storm'));
alter table comparator.alert add constraint only_storms_are_of_none
  check ((kind = 'storm') = (signature_id is null));

-- Comparisons by day (UTC), so that a day is given up by dropping its table.
alter table comparator.comparison rename to comparison_before_partitions;
create table comparator.comparison (
  id text not null,
  at timestamptz not null,
  operation text not null,
  stage text not null,
  entered_at timestamptz not null,
  stratum jsonb not null,
  primary_core text not null,
  verdict text not null,
  signature_id text references comparator.signature,
  trace_id text not null,
  detail json not null,
  primary key (id, at)
) partition by range (at);
create index comparison_by_signature on comparator.comparison (signature_id, at);
create index comparison_by_time on comparator.comparison (at);
-- Takes what no day is made for yet: a case is never refused because nobody was up at midnight.
create table comparator.comparison_default partition of comparator.comparison default;
insert into comparator.comparison
  select id, at, operation, stage, entered_at, stratum, primary_core, verdict, signature_id, trace_id, detail
    from comparator.comparison_before_partitions;
drop table comparator.comparison_before_partitions;

-- Makes the tables of today and the days ahead; two gateways at once make each once.
create function comparator.make_days(days_ahead integer) returns integer language plpgsql security definer
  set search_path = comparator, pg_temp as $$
declare
  made integer := 0;
  day date;
begin
  perform pg_advisory_xact_lock(7206042);
  for day in select generate_series((now() at time zone 'UTC')::date, (now() at time zone 'UTC')::date + days_ahead, '1 day')::date loop
    continue when to_regclass('comparator.comparison_' || to_char(day, 'YYYYMMDD')) is not null;
    -- a day whose first cases already went to the default table stays there
    continue when exists (select from comparison_default
                           where at >= day::timestamp at time zone 'UTC' and at < (day + 1)::timestamp at time zone 'UTC');
    execute format('create table comparator.%I partition of comparator.comparison for values from (%L) to (%L)',
      'comparison_' || to_char(day, 'YYYYMMDD'), day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
    made := made + 1;
  end loop;
  return made;
end $$;

-- Gives up whole days older than so many; counts stay for ever, they are the evidence. Returns what it dropped.
create function comparator.drop_days(kept_days integer) returns integer language plpgsql security definer
  set search_path = comparator, pg_temp as $$
declare
  dropped integer := 0;
  old record;
  oldest date := (now() at time zone 'UTC')::date - kept_days;
begin
  if kept_days < 1 then raise exception 'at least one day is kept'; end if;
  perform pg_advisory_xact_lock(7206042);
  for old in
    select child.relname from pg_inherits i join pg_class child on child.oid = i.inhrelid
     where i.inhparent = 'comparator.comparison'::regclass and child.relname ~ '^comparison_\d{8}$'
       and to_date(substring(child.relname from 12), 'YYYYMMDD') < oldest
  loop
    execute format('drop table comparator.%I', old.relname);
    dropped := dropped + 1;
  end loop;
  delete from comparison_default where at < oldest::timestamp at time zone 'UTC';
  delete from alert where sent_at < oldest::timestamp at time zone 'UTC';
  return dropped;
end $$;

do $$
begin
  if exists (select from pg_roles where rolname = 'comparator') then
    grant select, insert, update on all tables in schema comparator to comparator;
    revoke update on comparator.signature_change from comparator;
    revoke all on function comparator.make_days(integer), comparator.drop_days(integer) from public;
    grant execute on function comparator.make_days(integer), comparator.drop_days(integer) to comparator;
  end if;
end
$$;

select comparator.make_days(2);
