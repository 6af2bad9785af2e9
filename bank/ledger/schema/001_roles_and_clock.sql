-- The bank's shared core ledger (schema core). During the migration both cores and every other channel
-- work on it, so each process has its own role that can touch only what it owns plus what it must share.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['interest_service', 'legacy_core', 'channel', 'comparator', 'rollout', 'auditor'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I login password %L', role_name, role_name);
    end if;
  end loop;
end
$$;

create schema core;
grant usage on schema core to interest_service, legacy_core, channel, rollout, auditor;

-- The one source of the date. The shift moves the bank's day in development and tests; in production it is zero.
create table core.bank_clock (
  singleton boolean primary key default true check (singleton),
  shift interval not null default interval '0'
);
insert into core.bank_clock default values;

-- The bank's instant, read from the wall clock at the moment of the call: a transaction that waited for a lock
-- over midnight must see the new day, so now() (frozen at BEGIN) will not do.
create function core.bank_now() returns timestamptz
language sql volatile security definer set search_path = ''
return clock_timestamp() + (select shift from core.bank_clock);

create function core.business_date() returns date
language sql volatile security definer set search_path = ''
return (core.bank_now() at time zone 'Asia/Seoul')::date;

create function core.move_business_date(days integer) returns date
language sql volatile security definer set search_path = ''
begin atomic
  update core.bank_clock set shift = shift + make_interval(days => days);
  select core.business_date();
end;
revoke execute on function core.move_business_date(integer) from public;
