-- Verdicts had a row for each minute, which nobody reads and which made every sum slower for ever. Now there is one row for
-- each entry into a stage, cell, core and verdict, and `minute` is the instant of that entry. The column stays because a
-- gateway of the release before may still be writing by it; `roll_up_verdicts` folds what such a gateway wrote.
create temporary table rolled_up on commit drop as
  select stage, entered_at, operation, stratum, primary_core, verdict, sum(n)::bigint as n from comparator.verdict_count
   group by stage, entered_at, operation, stratum, primary_core, verdict with no data;
lock table comparator.verdict_count in access exclusive mode; -- before the rows are read: none may come in between
insert into rolled_up
  select stage, entered_at, operation, stratum, primary_core, verdict, sum(n) from comparator.verdict_count
   group by stage, entered_at, operation, stratum, primary_core, verdict;
-- truncated, not deleted: the room of millions of rows is given back at once
truncate comparator.verdict_count;
-- the rows that are left are updated four times a second by each gateway; n is in no index, so they stay in their page
alter table comparator.verdict_count set (fillfactor = 70);
insert into comparator.verdict_count (stage, entered_at, operation, stratum, primary_core, verdict, minute, n)
  select stage, entered_at, operation, stratum, primary_core, verdict, entered_at, n from rolled_up;

-- Returns how many rows it folded. Writers wait meanwhile: two orders of taking rows would be a deadlock.
create function comparator.roll_up_verdicts() returns bigint language plpgsql security definer
  set search_path = comparator, pg_temp as $$
declare
  folded bigint;
begin
  if not exists (select from verdict_count where minute <> entered_at) then return 0; end if;
  lock table verdict_count in share row exclusive mode;
  with taken as (
    delete from verdict_count where minute <> entered_at
    returning stage, entered_at, operation, stratum, primary_core, verdict, n
  ), summed as (
    insert into verdict_count as counted (stage, entered_at, operation, stratum, primary_core, verdict, minute, n)
    select stage, entered_at, operation, stratum, primary_core, verdict, entered_at, sum(n) from taken
     group by stage, entered_at, operation, stratum, primary_core, verdict
    on conflict (stage, entered_at, operation, stratum, primary_core, verdict, minute)
    do update set n = counted.n + excluded.n
  )
  select count(*) into folded from taken;
  return folded;
end $$;

do $$
begin
  if exists (select from pg_roles where rolname = 'comparator') then
    revoke all on function comparator.roll_up_verdicts() from public;
    grant execute on function comparator.roll_up_verdicts() to comparator;
  end if;
end
$$;
