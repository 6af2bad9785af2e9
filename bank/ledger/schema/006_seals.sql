-- A day that is over is closed and then sealed: the digest of everything the ledger got on it, chained to the seal
-- before. No role can edit an entry; whoever can switch that off (the owner) cannot make the seals fit again without
-- computing all that follow anew, and the digests that were told elsewhere (log, audit report) still would not.

-- Closing comes first and commits by itself: from then on the day takes no entry, and those who were writing one are
-- waited for before the digest is computed.
create table core.day_close (
  business_date date primary key,
  closed_at timestamptz not null default clock_timestamp()
);

-- One line of seals. The first covers all history up to its day, each later one the days since the one before.
create table core.day_seal (
  business_date date primary key references core.day_close,
  -- The canonical form the digest was computed over; a new form is a new number, old seals keep theirs.
  form smallint not null check (form >= 1),
  accounts bigint not null check (accounts >= 0),
  facts bigint not null check (facts >= accounts),
  digest bytea not null check (octet_length(digest) = 32),
  previous_date date,
  previous_digest bytea,
  sealed_at timestamptz not null default clock_timestamp(),
  -- Every writer of the day was over by then: what a later transaction wrote to it is an intrusion.
  sealed_by bigint not null default txid_current(),
  unique (business_date, digest),
  constraint one_seal_follows unique nulls not distinct (previous_date),
  constraint follows_a_seal foreign key (previous_date, previous_digest)
    references core.day_seal (business_date, digest) match full,
  check (previous_date < business_date)
);

-- Closes a day that is over, and with it every day before. Error 55000: that day is not over yet.
create function core.close_day(p_day date) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_day >= core.business_date() then
    raise exception '% is not over', p_day using errcode = '55000';
  end if;
  insert into core.day_close (business_date) values (p_day) on conflict do nothing;
end
$$;

-- Entries are checked with their lines (003_entries.sql); receipts and standings here.
create function core.refuse_on_closed_day() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  closed date := (select max(business_date) from core.day_close);
begin
  if closed is not null and exists (select from inserted where business_date <= closed) then
    raise exception '%: a day up to % is closed', tg_table_name, closed
      using errcode = '23514', constraint = 'day_is_closed';
  end if;
  return null;
end
$$;
create trigger day_is_closed after insert on core.interest_payout
  referencing new table as inserted
  for each statement execute function core.refuse_on_closed_day();
create trigger day_is_closed after insert on core.account_standing
  referencing new table as inserted
  for each statement execute function core.refuse_on_closed_day();
create trigger day_is_closed after insert on core.interest_reversal
  referencing new table as inserted
  for each statement execute function core.refuse_on_closed_day();
create trigger day_is_closed after insert on core.interest_correction
  referencing new table as inserted
  for each statement execute function core.refuse_on_closed_day();

-- What was written on a day, or since a look: rows come in the order of time, so block ranges find them, at the cost
-- of nothing on insert. Receipts have theirs in 007_days.sql.
create index account_txn_in_time on core.account_txn using brin (business_date, written_by)
  with (pages_per_range = 32, autosummarize = on);
create index account_standing_in_time on core.account_standing using brin (business_date)
  with (pages_per_range = 32, autosummarize = on);

create trigger append_only before update or delete or truncate on core.day_close
  for each statement execute function core.refuse_edit();
create trigger append_only before update or delete or truncate on core.day_seal
  for each statement execute function core.refuse_edit();

-- Also where a replica's session would skip ordinary triggers.
alter table core.account_txn enable always trigger append_only;
alter table core.posting enable always trigger append_only;
alter table core.interest_payout enable always trigger append_only;
alter table core.account_standing enable always trigger append_only;
alter table core.interest_reversal enable always trigger append_only;
alter table core.interest_correction enable always trigger append_only;
alter table core.day_close enable always trigger append_only;
alter table core.day_seal enable always trigger append_only;

revoke execute on all functions in schema core from public;
grant execute on function core.bank_now(), core.business_date() to public;
grant execute on function core.close_day(date) to interest_service;
grant select on core.day_close, core.day_seal to interest_service, legacy_core, channel, auditor;
grant insert on core.day_seal to interest_service;
