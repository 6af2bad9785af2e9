-- Brings schema core of release 0.1.0 to the state of the files 001 to 004. The files behind them apply as to any database.
do $$
begin
  if not exists (select from pg_roles where rolname = 'rollout') then
    create role rollout login password 'rollout';
  end if;
end
$$;
grant usage on schema core to rollout;

-- The day on which a standing was entered was not recorded: the day of the account's last entry before the standing, or
-- the day the account was opened.
alter table core.account_standing add column business_date date;
alter table core.account_standing disable trigger append_only;
update core.account_standing s
   set business_date = coalesce(
     (select max(t.business_date) from core.account_txn t where t.account_no = s.account_no and t.seq < s.seq),
     (select a.opened_on from core.account a where a.account_no = s.account_no));
alter table core.account_standing enable trigger append_only;
alter table core.account_standing
  alter column business_date set not null,
  alter column business_date set default core.business_date();

-- Earlier entries count as written by this upgrade.
alter table core.account_txn add column written_by bigint not null default txid_current();

-- Day closing comes with 006_seals.sql; the body of a PL/pgSQL function is resolved at its first run.
create or replace function core.assert_entries_balance() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  bad record;
begin
  select l.account_no, l.seq, sum(l.amount) as total, count(*) <> i.lines as has_more,
         coalesce(-sum(l.amount) filter (where l.gl_code = 'CUSTOMER_DEPOSIT'), 0) as credited, t.amount, t.business_date
    into bad
    from (select account_no, seq, count(*) as lines from inserted group by account_no, seq) i
    join core.account_txn t using (account_no, seq)
    join core.posting l using (account_no, seq)
   group by l.account_no, l.seq, i.lines, t.amount, t.business_date
  having sum(l.amount) <> 0
      or count(*) <> i.lines
      or coalesce(-sum(l.amount) filter (where l.gl_code = 'CUSTOMER_DEPOSIT'), 0) <> t.amount
      or t.business_date <= (select max(business_date) from core.day_close)
   limit 1;
  if found then
    if bad.total = 0 and bad.credited = bad.amount and not bad.has_more then
      raise exception 'entry % of account %: % is closed', bad.seq, bad.account_no, bad.business_date
        using errcode = '23514', constraint = 'day_is_closed';
    end if;
    raise exception 'entry % of account % does not balance: lines sum to %, customer line % against movement %; %',
      bad.seq, bad.account_no, bad.total, bad.credited, bad.amount,
      case when bad.has_more then 'lines were added' else 'all lines together' end
      using errcode = '23514', constraint = 'entry_sums_to_zero';
  end if;
  return null;
end
$$;
