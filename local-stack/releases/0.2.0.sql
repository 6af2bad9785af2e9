-- The database of the bank as release 0.2.0 built it: the files of that release, one after the other, and what it
-- recorded of them. A fixture: never edited.

-- 0.2.0: core-ledger/001_roles_and_clock.sql
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


-- 0.2.0: core-ledger/002_products_and_parties.sql
-- Product terms and posted rates are effective-dated. Each day of a period uses the rates in force that day; the terms
-- in force on the day of the payout decide for the whole period. A balance that no tier covers earns nothing.
create table core.product (
  product_code text primary key check (product_code ~ '^[A-Z0-9-]{3,20}$'),
  name text not null
);

create table core.product_terms (
  product_code text not null references core.product,
  effective_from date not null,
  day_count text not null check (day_count in ('ACT/365F', 'ACT/ACT', 'ACT/360', '30/360', '30E/360')),
  tier_mode text not null check (tier_mode in ('slice', 'whole')),
  rounding_scale smallint not null default 0 check (rounding_scale = 0),
  rounding_mode text not null default 'floor' check (rounding_mode in ('floor', 'half-up', 'half-even')),
  -- Interest below this much is not paid but goes on accumulating.
  minimum_payable bigint not null default 1 check (minimum_payable >= 1),
  -- Day of the month on which what was not collected is capitalised; null = only on demand.
  capitalisation_day smallint check (capitalisation_day between 1 and 31),
  corporate_allowed boolean not null default false,
  pays_under_withdrawal_stop boolean not null default false,
  primary key (product_code, effective_from)
);

-- up_to null = no upper edge. An amount exactly at the edge belongs to the lower tier (이하 / 초과).
create table core.rate_tier (
  product_code text not null references core.product,
  effective_from date not null,
  tier_no smallint not null check (tier_no >= 1),
  up_to bigint check (up_to > 0),
  annual_rate numeric(9, 6) not null check (annual_rate >= 0 and annual_rate < 1),
  primary key (product_code, effective_from, tier_no)
);

create table core.customer (
  customer_id text primary key check (customer_id ~ '^C[0-9]{9}$'),
  name text not null
);

-- The row is the lock and the head. Nothing indexed changes in a payout, so its updates stay heap-only.
create table core.account (
  account_no text primary key check (account_no ~ '^[0-9]{12}$'),
  customer_id text not null references core.customer,
  product_code text not null references core.product,
  opened_on date not null,
  balance bigint not null check (balance >= 0),
  last_seq bigint not null check (last_seq >= 0),
  paid_through date not null,
  check (paid_through >= opened_on)
) with (fillfactor = 80);
create index account_customer on core.account (customer_id);

-- The standing of an account and its holder. A change takes the next seq of the account, so that an answer
-- at a basis sees exactly the standing that was in force there.
create table core.account_standing (
  account_no text not null references core.account,
  seq bigint not null check (seq >= 0),
  account_status text not null
    check (account_status in ('active', 'limited', 'suspended', 'dormant', 'closed')),
  customer_status text not null
    check (customer_status in ('active', 'deceased', 'identity-theft', 'hacking-victim')),
  tax_class text not null check (tax_class in
    ('resident', 'exempt', 'preferential', 'cooperative', 'non-resident', 'unconfirmed', 'corporation', 'unknown')),
  -- Share of gross withheld under a treaty on file, for non-residents only.
  treaty_rate numeric(5, 4) check (treaty_rate >= 0 and treaty_rate < 1),
  treaty_includes_local_tax boolean not null default true,
  holds text[] not null default '{}'
    check (holds <@ array['payment-stop', 'seizure', 'pledge', 'deposit-stop', 'withdrawal-stop']),
  -- The day it was entered; standing 0 of an account that was taken over has the day of the takeover.
  business_date date not null default core.business_date(),
  primary key (account_no, seq),
  check (treaty_rate is null or tax_class = 'non-resident')
);


-- 0.2.0: core-ledger/003_entries.sql
-- Append-only account history, backed by double entry.
create table core.account_txn (
  account_no text not null references core.account,
  seq bigint not null check (seq >= 1),
  kind text not null check (kind in ('OPENING', 'DEPOSIT', 'WITHDRAWAL', 'INTEREST', 'CORRECTION', 'REVERSAL')),
  amount bigint not null check (amount <> 0),
  balance_after bigint not null check (balance_after >= 0),
  -- The day from which the movement counts for interest (기산일); never later than the day it was posted.
  value_date date not null,
  business_date date not null,
  posted_at timestamptz not null,
  channel text not null,
  channel_ref text,
  first_posting smallint not null generated always as (1) stored,
  -- The transaction that wrote it: together with a snapshot it tells what was committed since an earlier look.
  written_by bigint not null default txid_current(),
  primary key (account_no, seq),
  check (value_date <= business_date)
);
create unique index account_txn_channel_ref on core.account_txn (channel, channel_ref) where channel_ref is not null;

-- One line of an entry: debit positive, credit negative.
create table core.posting (
  account_no text not null,
  seq bigint not null,
  line_no smallint not null check (line_no >= 1),
  gl_code text not null check (gl_code in
    ('CUSTOMER_DEPOSIT', 'CASH_CLEARING', 'INTEREST_EXPENSE',
     'WITHHELD_INCOME_TAX', 'WITHHELD_LOCAL_TAX', 'WITHHELD_FARM_TAX')),
  amount bigint not null check (amount <> 0),
  primary key (account_no, seq, line_no),
  foreign key (account_no, seq) references core.account_txn
);
-- No entry without lines: each one must have its first line when the transaction commits.
alter table core.account_txn
  add constraint account_txn_has_postings
  foreign key (account_no, seq, first_posting) references core.posting (account_no, seq, line_no)
  deferrable initially deferred;

-- Lines of an entry come in one statement; there they must sum to zero, carry the movement of the customer's
-- account, and be all the lines that entry ever gets. A day that is closed takes no entry any more (006_seals.sql).
-- One check per statement, not one per row.
create function core.assert_entries_balance() returns trigger
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
create trigger entry_sums_to_zero after insert on core.posting
  referencing new table as inserted
  for each statement execute function core.assert_entries_balance();

-- End-of-day balances: one row for each day on which the balance changed, by value date.
create table core.day_balance (
  account_no text not null references core.account,
  business_date date not null,
  closing bigint not null check (closing >= 0),
  primary key (account_no, business_date)
) with (fillfactor = 80);

-- Receipts, written by both cores. The two unique keys are what makes "paid once" true.
create table core.interest_payout (
  payout_id uuid primary key,
  account_no text not null,
  seq bigint not null,
  basis_seq bigint not null,
  customer_id text not null references core.customer,
  channel_key text not null,
  request_hash text not null,
  memo text,
  core text not null check (core in ('legacy', 'new')),
  business_date date not null,
  period_from date not null,
  period_to date not null,
  currency text not null default 'KRW' check (currency = 'KRW'),
  gross bigint not null check (gross > 0),
  income_tax bigint not null check (income_tax >= 0),
  local_tax bigint not null check (local_tax >= 0),
  farm_tax bigint not null default 0 check (farm_tax >= 0),
  net bigint not null check (net > 0),
  balance_after bigint not null,
  tax_class text not null,
  tax_rule_version text not null,
  paid_at timestamptz not null,
  foreign key (account_no, seq) references core.account_txn,
  constraint one_payout_per_day unique (account_no, business_date),
  constraint one_payout_per_key unique (customer_id, channel_key),
  check (gross = income_tax + local_tax + farm_tax + net),
  check (period_from < period_to and period_to = business_date),
  check (basis_seq < seq)
);

-- History is never edited, whoever asks: a correction is a new entry.
create function core.refuse_edit() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: post a correcting entry instead', tg_table_name using errcode = '42501';
end
$$;
create trigger append_only before update or delete or truncate on core.account_txn
  for each statement execute function core.refuse_edit();
create trigger append_only before update or delete or truncate on core.posting
  for each statement execute function core.refuse_edit();
create trigger append_only before update or delete or truncate on core.interest_payout
  for each statement execute function core.refuse_edit();
create trigger append_only before update or delete or truncate on core.account_standing
  for each statement execute function core.refuse_edit();


-- 0.2.0: core-ledger/004_channels.sql
-- What every other channel (branch, ATM, app, transfer system) does with accounts. They know nothing of the two
-- cores of this migration; the row lock on core.account is all that serialises them with a payout.

-- Posts a deposit (amount > 0) or withdrawal (amount < 0); value_date may be earlier than today.
-- Returns the seq of the entry. Errors: P0002 no such account, 23514 not enough balance, 55000 account closed.
create function core.post_movement(
  p_account_no text, p_amount bigint, p_value_date date, p_channel text, p_channel_ref text
) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  head core.account;
  today date;
  entry_kind text := case when p_amount > 0 then 'DEPOSIT' else 'WITHDRAWAL' end;
  moved_from date;
begin
  select * into head from core.account where account_no = p_account_no for update;
  if not found then
    raise exception 'no account %', p_account_no using errcode = 'P0002';
  end if;
  if (select account_status from core.account_standing
       where account_no = p_account_no order by seq desc limit 1) = 'closed' then
    raise exception 'account % is closed', p_account_no using errcode = '55000';
  end if;
  today := core.business_date();
  moved_from := coalesce(p_value_date, today);
  if moved_from < head.opened_on then
    raise exception 'value date % is before the account was opened', moved_from using errcode = '22023';
  end if;
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel, channel_ref)
  values
    (p_account_no, head.last_seq + 1, entry_kind, p_amount, head.balance + p_amount,
     moved_from, today, core.bank_now(), p_channel, p_channel_ref);
  insert into core.posting (account_no, seq, line_no, gl_code, amount)
  values (p_account_no, head.last_seq + 1, 1, 'CASH_CLEARING', p_amount),
         (p_account_no, head.last_seq + 1, 2, 'CUSTOMER_DEPOSIT', -p_amount);
  perform core.move_day_balances(p_account_no, moved_from, p_amount);
  update core.account set balance = balance + p_amount, last_seq = last_seq + 1 where account_no = p_account_no;
  return head.last_seq + 1;
end
$$;

-- Adds an amount to the end-of-day balances from a day on. The caller holds the account's row lock.
create function core.move_day_balances(p_account_no text, p_from date, p_amount bigint) returns void
language sql security definer set search_path = ''
begin atomic
  insert into core.day_balance (account_no, business_date, closing)
  select p_account_no, p_from, coalesce(
    (select closing from core.day_balance
      where account_no = p_account_no and business_date <= p_from
      order by business_date desc limit 1), 0)
  on conflict do nothing;
  update core.day_balance set closing = closing + p_amount
   where account_no = p_account_no and business_date >= p_from;
end;

-- Changes the standing of an account; arguments left null keep what is in force. Returns the seq it took.
create function core.change_standing(
  p_account_no text, p_account_status text, p_customer_status text, p_tax_class text, p_holds text[]
) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  head core.account;
begin
  select * into head from core.account where account_no = p_account_no for update;
  if not found then
    raise exception 'no account %', p_account_no using errcode = 'P0002';
  end if;
  insert into core.account_standing
    (account_no, seq, account_status, customer_status, tax_class, treaty_rate, treaty_includes_local_tax, holds)
  select account_no, head.last_seq + 1, coalesce(p_account_status, account_status),
         coalesce(p_customer_status, customer_status), coalesce(p_tax_class, tax_class),
         case when coalesce(p_tax_class, tax_class) = 'non-resident' then treaty_rate end,
         treaty_includes_local_tax, coalesce(p_holds, holds)
    from core.account_standing where account_no = p_account_no order by seq desc limit 1;
  update core.account set last_seq = last_seq + 1 where account_no = p_account_no;
  return head.last_seq + 1;
end
$$;

revoke execute on all functions in schema core from public;
grant execute on function core.bank_now(), core.business_date() to public;
grant execute on function core.post_movement(text, bigint, date, text, text),
  core.change_standing(text, text, text, text, text[]), core.move_business_date(integer) to channel;
grant execute on function core.move_day_balances(text, date, bigint) to legacy_core;

grant select on all tables in schema core to interest_service, legacy_core, channel, auditor;
grant update (balance, last_seq, paid_through) on core.account to interest_service, legacy_core;
grant insert on core.account_txn, core.posting, core.interest_payout to interest_service, legacy_core;
grant insert, update on core.day_balance to interest_service, legacy_core;


-- 0.2.0: core-ledger/005_reversals.sql
-- What happens to a payout afterwards. A receipt is never rewritten: a reversal takes it back, a correction posts the
-- difference that a back-dated movement makes, and both are linked to it. Amounts have the sign with which they add
-- to the payout's own: the sum over receipt, corrections and reversal is what the payout stands at.

-- A correction may move tax and expense alone: 71 won are paid 71 untaxed, 81 won are paid 71 after 10 won of tax.
alter table core.account_txn drop constraint account_txn_amount_check,
  add constraint account_txn_amount_check check (amount <> 0 or kind in ('CORRECTION', 'REVERSAL'));

-- Movements that change days already over, of which there are few.
create index account_txn_back_dated on core.account_txn (account_no, seq) where value_date < business_date;

-- Differences posted since. movement_seq: the last back-dated movement that is accounted for; seq null: it came to the same.
create table core.interest_correction (
  correction_id uuid primary key,
  payout_id uuid not null references core.interest_payout,
  account_no text not null,
  movement_seq bigint not null,
  seq bigint,
  business_date date not null,
  gross bigint not null,
  income_tax bigint not null,
  local_tax bigint not null,
  farm_tax bigint not null,
  net bigint not null,
  -- That of the receipt: a period is assessed under the rules of its own day of payment.
  tax_rule_version text not null,
  balance_after bigint not null,
  corrected_at timestamptz not null,
  constraint one_correction_per_movement unique (payout_id, movement_seq),
  foreign key (account_no, seq) references core.account_txn,
  foreign key (account_no, movement_seq) references core.account_txn,
  check (gross = income_tax + local_tax + farm_tax + net),
  check ((seq is null) = (gross = 0 and income_tax = 0 and local_tax = 0 and farm_tax = 0)),
  check (movement_seq < seq)
);

-- Payouts taken back, with who did it and why.
create table core.interest_reversal (
  reversal_id uuid primary key,
  payout_id uuid not null references core.interest_payout,
  account_no text not null,
  seq bigint not null,
  basis_seq bigint not null,
  operator_id text not null,
  operator_key text not null,
  request_hash text not null,
  reason text not null check (reason <> ''),
  trace_id text not null,
  business_date date not null,
  gross bigint not null check (gross < 0),
  income_tax bigint not null check (income_tax <= 0),
  local_tax bigint not null check (local_tax <= 0),
  farm_tax bigint not null check (farm_tax <= 0),
  net bigint not null check (net <= 0),
  balance_after bigint not null,
  -- First day not paid any more: the period of the payout is open again from here.
  reopened_from date not null,
  reversed_at timestamptz not null,
  constraint one_reversal_per_payout unique (payout_id),
  constraint one_reversal_per_key unique (operator_id, operator_key),
  foreign key (account_no, seq) references core.account_txn,
  check (gross = income_tax + local_tax + farm_tax + net),
  check (basis_seq < seq)
);

-- A reversal mirrors every line of the payout and of its corrections, so that all of them together move nothing, and it
-- takes back the last payout that stands: the days before it stay paid, so the open period has no gap.
create function core.assert_reversal_mirrors() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  paid core.interest_payout;
  odd record;
begin
  select * into strict paid from core.interest_payout where payout_id = new.payout_id;
  select p.gl_code, sum(p.amount) as rest into odd
    from core.posting p
   where p.account_no = new.account_no
     and (p.seq in (paid.seq, new.seq)
          or p.seq in (select c.seq from core.interest_correction c where c.payout_id = new.payout_id))
   group by p.gl_code having sum(p.amount) <> 0 limit 1;
  if found or paid.account_no <> new.account_no or paid.period_from <> new.reopened_from then
    raise exception 'reversal % is not the mirror of payout %: % on %', new.reversal_id, new.payout_id, odd.rest, odd.gl_code
      using errcode = '23514', constraint = 'reversal_mirrors';
  end if;
  if exists (select from core.interest_payout later
              where later.account_no = paid.account_no and later.seq > paid.seq
                and not exists (select from core.interest_reversal r where r.payout_id = later.payout_id)) then
    raise exception 'payout % is not the last of its account', new.payout_id
      using errcode = '23514', constraint = 'last_payout_first';
  end if;
  return null;
end
$$;
create trigger reversal_mirrors after insert on core.interest_reversal
  for each row execute function core.assert_reversal_mirrors();

-- What was taken back is not corrected any more: its period is paid anew, from the closings as they are then.
create function core.assert_payout_stands() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from core.interest_reversal r where r.payout_id = new.payout_id) then
    raise exception 'payout % was taken back', new.payout_id using errcode = '23514', constraint = 'corrected_payout_stands';
  end if;
  return null;
end
$$;
create trigger corrected_payout_stands after insert on core.interest_correction
  for each row execute function core.assert_payout_stands();

create trigger append_only before update or delete or truncate on core.interest_reversal
  for each statement execute function core.refuse_edit();
create trigger append_only before update or delete or truncate on core.interest_correction
  for each statement execute function core.refuse_edit();

-- Everything that moved interest and its tax, one row each, with its sign: what the tax book must come to.
create view core.interest_effect as
select 'PAYOUT' as kind, payout_id as effect_id, payout_id, account_no, seq, core, business_date,
       gross, income_tax, local_tax, farm_tax, net
  from core.interest_payout
union all
select 'REVERSAL', reversal_id, payout_id, account_no, seq, 'new', business_date, gross, income_tax, local_tax, farm_tax, net
  from core.interest_reversal
union all
select 'CORRECTION', correction_id, payout_id, account_no, seq, 'new', business_date, gross, income_tax, local_tax, farm_tax, net
  from core.interest_correction where seq is not null;

revoke execute on function core.assert_reversal_mirrors(), core.assert_payout_stands() from public;
grant select on core.interest_reversal, core.interest_correction, core.interest_effect
  to interest_service, legacy_core, channel, auditor;
grant insert on core.interest_reversal, core.interest_correction to interest_service;


-- 0.2.0: core-ledger/006_seals.sql
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


-- 0.2.0: core-ledger/007_days.sql
-- Reconciliation looks at the receipts of a few days. They come in the order of time, so a block range index of a few
-- pages finds them, and it costs a payout nothing.
create index interest_payout_day on core.interest_payout using brin (business_date)
  with (pages_per_range = 32, autosummarize = on);


-- 0.2.0: core-ledger/008_ledger_stream.sql
-- What a follower of the ledger may read: every movement, payout, reversal and change of standing moves the head of its
-- account (it takes the next seq), so the heads alone tell all of it, without one more row in anybody's transaction.
-- Terms and rates are in the stream because they change quotes without touching any account.
create publication ledger_heads for table
  core.account (account_no, last_seq), core.product_terms, core.rate_tier;

-- The right to replicate reads the whole log of the server: nobody else has this role's password.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ledger_stream') then
    create role ledger_stream login replication password 'ledger_stream';
  end if;
end
$$;
grant usage on schema core to ledger_stream;


-- 0.2.0: core-ledger/009_more_channels.sql
-- More of what other channels do. Each takes the row locks it needs in the order of account numbers, so that two of them
-- never wait for each other in a circle.

-- Moves an amount from one account to another, both or neither. Returns the seq of each entry.
create function core.transfer(
  p_from text, p_to text, p_amount bigint, p_channel text, p_channel_ref text, out from_seq bigint, out to_seq bigint
) language plpgsql security definer set search_path = '' as $$
begin
  if p_amount <= 0 or p_from = p_to then
    raise exception 'a transfer moves a positive amount between two accounts' using errcode = '22023';
  end if;
  perform from core.account where account_no in (p_from, p_to) order by account_no for update;
  from_seq := core.post_movement(p_from, -p_amount, null, p_channel, p_channel_ref || ':out');
  to_seq := core.post_movement(p_to, p_amount, null, p_channel, p_channel_ref || ':in');
end
$$;

-- Puts an earlier movement right: posts the difference to what it should have been, with the value date it had, so that
-- every day since then has the balance it should have had. Returns the seq of the entry.
create function core.correct_movement(
  p_account_no text, p_seq bigint, p_right_amount bigint, p_channel text, p_channel_ref text
) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  wrong core.account_txn;
begin
  select * into wrong from core.account_txn
   where account_no = p_account_no and seq = p_seq and kind in ('DEPOSIT', 'WITHDRAWAL');
  if not found then
    raise exception 'account % has no movement %', p_account_no, p_seq using errcode = 'P0002';
  elsif wrong.amount = p_right_amount then
    raise exception 'movement % is right already', p_seq using errcode = '22023';
  end if;
  return core.post_movement(p_account_no, p_right_amount - wrong.amount, wrong.value_date, p_channel, p_channel_ref);
end
$$;

-- Closes an account: its balance is paid out, and nothing can be posted any more. Interest that was not collected before
-- stays unpaid here: a payout of a closed account is refused for ever. Returns the seq of the closing.
create function core.close_account(p_account_no text, p_channel text, p_channel_ref text) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  head core.account;
begin
  select * into head from core.account where account_no = p_account_no for update;
  if not found then
    raise exception 'no account %', p_account_no using errcode = 'P0002';
  end if;
  if head.balance > 0 then
    perform core.post_movement(p_account_no, -head.balance, null, p_channel, p_channel_ref);
  end if;
  return core.change_standing(p_account_no, 'closed', null, null, null);
end
$$;

revoke execute on function core.transfer(text, text, bigint, text, text),
  core.correct_movement(text, bigint, bigint, text, text), core.close_account(text, text, text) from public;
grant execute on function core.transfer(text, text, bigint, text, text),
  core.correct_movement(text, bigint, bigint, text, text), core.close_account(text, text, text) to channel;


create table public.interest_migrations (id serial primary key, "timestamp" bigint not null, name character varying not null);

-- 0.2.0: interest-service/migrations/1763600000000-interest-and-tax.ts
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

insert into public.interest_migrations ("timestamp", name) values (1763600000000, 'InterestAndTax1763600000000');

-- 0.2.0: interest-service/migrations/1763700000000-replies.ts
-- A payout that was refused, as the answer of its key. What was paid needs no row here: the receipt is the reply.
create table interest.reply (
  customer_id text not null,
  channel_key text not null,
  request_hash text not null,
  problem jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (customer_id, channel_key)
);
-- The sweeper takes the oldest first.
create index reply_age on interest.reply (created_at);

grant select on interest.reply to interest_service, auditor;
grant insert, delete on interest.reply to interest_service;

insert into public.interest_migrations ("timestamp", name) values (1763700000000, 'Replies1763700000000');

-- 0.2.0: interest-service/migrations/1763720000000-tax-path.ts
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

insert into public.interest_migrations ("timestamp", name) values (1763720000000, 'TaxPath1763720000000');

-- 0.2.0: interest-service/migrations/1763730000000-operators-and-capitalisation.ts
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

insert into public.interest_migrations ("timestamp", name) values (1763730000000, 'OperatorsAndCapitalisation1763730000000');

create schema legacy;
create table legacy.schm_ver
  (file_nm text primary key, sha256 char(64) not null, inst_ts timestamptz not null default clock_timestamp());

-- 0.2.0: legacy-core-adapter/legacy-core/001_books.sql
-- Books of the legacy core. Its own style: short names, coded fields, dates as YYYYMMDD, times as HHMMSSmmm,
-- unsigned amounts of at most 18 digits beside a sign or a debit/credit mark.
-- A payout writes all twenty of the tables below, eighty rows in eighty statements (008, 009), beside what it writes on
-- the shared ledger: fixed forms are filled in whole, with zeros where there is nothing.
create domain legacy.ymd as char(8) check (value ~ '^[0-9]{8}$');
create domain legacy.hms as char(9) check (value ~ '^[0-9]{9}$');
create domain legacy.amt18 as numeric(18) check (value >= 0);
create sequence legacy.jrnl_sq;

-- Each request that moves money, by its GUID, with its answer: the base of the inquiry.
-- st_cd 01 received, 02 answered, 09 closed by an inquiry before it arrived (it will never be executed).
create table legacy.guid_log (
  guid    char(32) primary key,
  st_cd   char(2) not null check (st_cd in ('01', '02', '09')),
  rq_ts   timestamptz not null,
  tr_cd   char(7) not null,
  acno    char(12) not null,
  csno    char(10) not null,
  chkey   varchar(64),
  rsp_cd  char(4),
  rsn_all text,
  payo_id uuid,
  repl_fg char(1) not null default 'N' check (repl_fg in ('Y', 'N')),
  bs_dt   legacy.ymd,
  bs_seq  numeric(19),
  check ((st_cd = '02') = (rsp_cd is not null))
);

-- What a payout is doing, step by step: begun and ended.
create table legacy.step_log (
  guid    char(32) not null references legacy.guid_log,
  step_no smallint not null,
  step_nm varchar(8) not null,
  bgn_ts  timestamptz not null,
  end_ts  timestamptz,
  primary key (guid, step_no)
);

-- Journal: one head for each executed transaction, one line for each general-ledger code of the chart.
create table legacy.jrnl (
  jrnl_no bigint primary key,
  biz_dt  legacy.ymd not null,
  guid    char(32) not null unique references legacy.guid_log,
  tr_cd   char(7) not null,
  acno    char(12) not null,
  core_sq bigint not null,
  jrnl_ts timestamptz not null
);
create table legacy.jrnl_dtl (
  jrnl_no bigint not null references legacy.jrnl,
  ln_no   smallint not null,
  gl_cd   char(8) not null,
  dc_gb   char(1) not null check (dc_gb in ('D', 'C')),
  amt     legacy.amt18 not null,
  primary key (jrnl_no, ln_no)
);

create table legacy.acnt_hst (
  acno    char(12) not null,
  jrnl_no bigint not null references legacy.jrnl,
  biz_dt  legacy.ymd not null,
  sgn     char(1) not null check (sgn in ('+', '-')),
  amt     legacy.amt18 not null,
  bal_aft legacy.amt18 not null,
  primary key (acno, jrnl_no)
);

create table legacy.payo_hst (
  payo_id uuid primary key,
  acno    char(12) not null,
  biz_dt  legacy.ymd not null,
  jrnl_no bigint not null references legacy.jrnl,
  grs     legacy.amt18 not null,
  net     legacy.amt18 not null,
  unique (acno, biz_dt)
);

create table legacy.acrl_hst (
  payo_id uuid primary key references legacy.payo_hst,
  fr_dt   legacy.ymd not null,
  to_dt   legacy.ymd not null,
  days    integer not null,
  dc_bs   text not null,
  num_sum numeric not null
);

create table legacy.chnl_key (
  csno    char(10) not null,
  chkey   varchar(64) not null,
  payo_id uuid not null references legacy.payo_hst,
  primary key (csno, chkey)
);

-- The passbook: what the customer sees of a payout, item by item (01 gross, 02 income tax, 03 local tax, 04 farm tax, 05 net).
create table legacy.pasbk (
  acno    char(12) not null,
  jrnl_no bigint not null references legacy.jrnl,
  ln_no   smallint not null,
  item_cd char(2) not null check (item_cd between '01' and '05'),
  sgn     char(1) not null check (sgn in ('+', '-')),
  amt     legacy.amt18 not null,
  primary key (acno, jrnl_no, ln_no)
);

-- Before and after of what a payout changes, field by field, for who audits.
create table legacy.aud_img (
  jrnl_no bigint not null references legacy.jrnl,
  ln_no   smallint not null,
  fld_nm  varchar(12) not null,
  bf_val  text not null,
  af_val  text not null,
  primary key (jrnl_no, ln_no)
);

-- What is to be told to whom: A app, S text message, P passbook printer.
create table legacy.snd_q (
  jrnl_no bigint not null references legacy.jrnl,
  snd_no  smallint not null,
  snd_ty  char(1) not null check (snd_ty in ('A', 'S', 'P')),
  st_cd   char(2) not null default '01',
  primary key (jrnl_no, snd_no)
);

-- Tax bookkeeping is done inside the payout. Each payout has a line for each tax type, be it zero.
create table legacy.tax_line (
  payo_id uuid not null references legacy.payo_hst,
  tax_ty  char(2) not null check (tax_ty in ('01', '02', '03')),
  tax_cd  char(2) not null,
  rl_vr   varchar(20) not null,
  bas_amt legacy.amt18 not null,
  tax_amt legacy.amt18 not null,
  rmt_ym  char(6) not null,
  primary key (payo_id, tax_ty)
);

-- Running totals, one row locked by every payout that falls into it.
create table legacy.dly_tot (biz_dt legacy.ymd primary key, cnt bigint not null, grs numeric not null, net numeric not null);
create table legacy.br_tot (
  biz_dt legacy.ymd not null, br_cd char(4) not null, cnt bigint not null, net numeric not null, primary key (biz_dt, br_cd)
);
create table legacy.prd_tot (
  biz_dt legacy.ymd not null, prd_cd text not null, cnt bigint not null, grs numeric not null, primary key (biz_dt, prd_cd)
);
create table legacy.gl_tot (
  biz_dt legacy.ymd not null, gl_cd char(8) not null, dr_amt numeric not null, cr_amt numeric not null,
  primary key (biz_dt, gl_cd)
);
create table legacy.tax_tot (
  rmt_ym char(6) not null, tax_ty char(2) not null, cnt bigint not null, amt numeric not null, primary key (rmt_ym, tax_ty)
);
create table legacy.cust_ytd (
  csno char(10) not null, yyyy char(4) not null, cnt bigint not null, grs numeric not null, tax numeric not null,
  primary key (csno, yyyy)
);
create table legacy.br_gl (
  biz_dt legacy.ymd not null, br_cd char(4) not null, gl_cd char(8) not null, dr_amt numeric not null, cr_amt numeric not null,
  primary key (biz_dt, br_cd, gl_cd)
);
-- Statistics by hour (H) and month (M) along six dimensions: AM amount, BR branch, DC day count, PR product,
-- TR transaction, TX tax class.
create table legacy.dim_stat (
  pr_ty char(1) not null check (pr_ty in ('H', 'M')), pr_ky varchar(10) not null, dim_ty char(2) not null,
  dim_cd varchar(20) not null, cnt bigint not null, grs numeric not null, net numeric not null,
  primary key (pr_ty, pr_ky, dim_ty, dim_cd)
);
-- Days whose books are closed.
create table legacy.day_cls (
  biz_dt legacy.ymd primary key, cls_ts timestamptz not null, cnt bigint not null, grs numeric not null, net numeric not null,
  dr_amt numeric not null, cr_amt numeric not null, check (dr_amt = cr_amt)
);

insert into legacy.schm_ver (file_nm, sha256) values ('001_books.sql', 'd21dfc55d844c1fd1e5e4990790ddbd7268bedfbdce077ea40d88e6c0e729f23');

-- 0.2.0: legacy-core-adapter/legacy-core/002_codes.sql
-- Code tables of the legacy core: data, not code.

-- Words of the shared core ledger in the legacy core's own codes.
-- knd A account status, C customer status, H hold, K kind of entry, T tax class.
create table legacy.cd_map (
  knd   char(1) not null,
  core_wd text not null,
  cd    char(2) not null,
  primary key (knd, core_wd)
);
insert into legacy.cd_map (knd, core_wd, cd) values
  ('A', 'active', '01'), ('A', 'limited', '02'), ('A', 'suspended', '03'), ('A', 'dormant', '04'), ('A', 'closed', '09'),
  ('C', 'active', '01'), ('C', 'deceased', '02'), ('C', 'identity-theft', '03'), ('C', 'hacking-victim', '04'),
  ('H', 'payment-stop', '01'), ('H', 'seizure', '02'), ('H', 'pledge', '03'),
  ('H', 'deposit-stop', '04'), ('H', 'withdrawal-stop', '05'),
  ('K', 'OPENING', '01'), ('K', 'DEPOSIT', '02'), ('K', 'WITHDRAWAL', '03'), ('K', 'INTEREST', '04'),
  ('K', 'CORRECTION', '05'), ('K', 'REVERSAL', '06'),
  ('T', 'resident', '01'), ('T', 'exempt', '02'), ('T', 'preferential', '03'), ('T', 'cooperative', '04'),
  ('T', 'non-resident', '05'), ('T', 'unconfirmed', '06'), ('T', 'corporation', '07'), ('T', 'unknown', '99');

-- Which state refuses a payout on demand, in order of precedence. sw_cd: the product may allow it all the same
-- (W pays under withdrawal stop, C corporations allowed).
create table legacy.elig_rl (
  prcd_no smallint primary key,
  knd     char(1) not null,
  cd      char(2) not null,
  rsn_cd  char(4) not null,
  sw_cd   char(1) not null default '-' check (sw_cd in ('-', 'W', 'C')),
  unique (knd, cd)
);
insert into legacy.elig_rl (prcd_no, knd, cd, rsn_cd, sw_cd) values
  (10, 'A', '09', 'E101', '-'),
  (20, 'C', '03', 'E102', '-'),
  (21, 'C', '04', 'E102', '-'),
  (30, 'C', '02', 'E103', '-'),
  (40, 'H', '01', 'E104', '-'),
  (50, 'H', '02', 'E105', '-'),
  (60, 'H', '03', 'E106', '-'),
  (70, 'A', '04', 'E107', '-'),
  (80, 'A', '03', 'E108', '-'),
  (90, 'H', '04', 'E109', '-'),
  (100, 'H', '05', 'E110', 'W'),
  (110, 'T', '07', 'E111', 'C'),
  (120, 'T', '99', 'E112', '-');

-- Withholding rates by tax class and pay date. itx on the gross interest, ltx on the cut income tax, ftx on the
-- gross interest; itx_min: an income tax below it is not taken; trt_yn: a treaty rate on file takes the place of itx_rt.
-- Sources: 소득세법 129조, 156조; 법인세법 73조; 지방세법 103조의13, 103조의29; 조세특례제한법 88조의2, 89조의3.
create table legacy.tax_rt (
  tax_cd  char(2) not null,
  eff_dt  legacy.ymd not null,
  itx_rt  numeric(6, 4) not null,
  ltx_rt  numeric(6, 4) not null,
  ftx_rt  numeric(6, 4) not null,
  itx_min numeric(18) not null default 0,
  trt_yn  char(1) not null default 'N' check (trt_yn in ('Y', 'N')),
  rl_vr   varchar(20) not null,
  primary key (tax_cd, eff_dt)
);
insert into legacy.tax_rt (tax_cd, eff_dt, itx_rt, ltx_rt, ftx_rt, itx_min, trt_yn, rl_vr) values
  ('01', '00010101', 0.14, 0.10, 0,     0,    'N', 'LT01-1'),
  ('02', '00010101', 0,    0,    0,     0,    'N', 'LT02-1'),
  ('03', '00010101', 0.09, 0,    0.005, 0,    'N', 'LT03-1'),
  ('04', '00010101', 0,    0,    0.014, 0,    'N', 'LT04-1'),
  ('04', '20260101', 0.05, 0,    0.009, 0,    'N', 'LT04-2'),
  ('04', '20270101', 0.09, 0,    0.005, 0,    'N', 'LT04-3'),
  ('05', '00010101', 0.20, 0.10, 0,     0,    'Y', 'LT05-1'),
  ('06', '00010101', 0.45, 0.10, 0,     0,    'N', 'LT06-1'),
  ('07', '00010101', 0.14, 0.10, 0,     1000, 'N', 'LT07-1'),
  ('99', '00010101', 0,    0,    0,     0,    'N', 'LT99-1');

-- Chart of accounts: the lines of an interest payout in their fixed order.
create table legacy.gl_map (
  ord     smallint primary key,
  gl_cd   char(8) not null unique,
  core_gl text not null unique,
  dc_gb   char(1) not null check (dc_gb in ('D', 'C'))
);
insert into legacy.gl_map (ord, gl_cd, core_gl, dc_gb) values
  (1, '51110100', 'INTEREST_EXPENSE', 'D'),
  (2, '21110100', 'CUSTOMER_DEPOSIT', 'C'),
  (3, '25310100', 'WITHHELD_INCOME_TAX', 'C'),
  (4, '25310200', 'WITHHELD_LOCAL_TAX', 'C'),
  (5, '25310300', 'WITHHELD_FARM_TAX', 'C');

-- What a teller's screen shows for a response code.
create table legacy.rsp_msg (rsp_cd char(4) primary key, msg_id char(8) not null, msg_tx varchar(30) not null);
insert into legacy.rsp_msg (rsp_cd, msg_id, msg_tx) values
  ('0000', 'DPI00000', '정상 처리되었습니다'),
  ('E101', 'DPI00101', '해지된 계좌입니다'),
  ('E102', 'DPI00102', '명의도용/해킹 피해 고객입니다'),
  ('E103', 'DPI00103', '사망 고객입니다'),
  ('E104', 'DPI00104', '지급정지 계좌입니다'),
  ('E105', 'DPI00105', '압류/가압류 계좌입니다'),
  ('E106', 'DPI00106', '질권설정 계좌입니다'),
  ('E107', 'DPI00107', '휴면 계좌입니다'),
  ('E108', 'DPI00108', '거래중지 계좌입니다'),
  ('E109', 'DPI00109', '입금정지 계좌입니다'),
  ('E110', 'DPI00110', '출금정지 계좌입니다'),
  ('E111', 'DPI00111', '법인은 거래할 수 없습니다'),
  ('E112', 'DPI00112', '과세구분을 확인하십시오'),
  ('E201', 'DPI00201', '금일 이자를 이미 지급하였습니다'),
  ('E202', 'DPI00202', '지급할 이자가 없습니다'),
  ('E301', 'DPI00301', '다른 요청에 쓰인 채널키입니다'),
  ('E304', 'DPI00304', '이미 접수된 GUID 입니다'),
  ('E305', 'DPI00305', '조회로 마감된 GUID 입니다'),
  ('E401', 'DPI00401', '계좌가 존재하지 않습니다'),
  ('E402', 'DPI00402', '기준 시점이 존재하지 않습니다'),
  ('E403', 'DPI00403', '조회 기간을 확인하십시오'),
  ('E601', 'DPI00601', '처리되지 않은 거래, 마감함'),
  ('E602', 'DPI00602', '처리 중인 거래입니다');

insert into legacy.schm_ver (file_nm, sha256) values ('002_codes.sql', '020074d1d2a34024d19b185d32624595015fcb6432f8b63d56098ee6d4c95ed3');

-- 0.2.0: legacy-core-adapter/legacy-core/003_accrual.sql
create function legacy.f_ymd(p_dt date) returns legacy.ymd
language sql immutable return to_char(p_dt, 'YYYYMMDD')::legacy.ymd;

-- HHMMSSmmm in Korean time.
create function legacy.f_hms(p_ts timestamptz) returns legacy.hms
language sql immutable return to_char(p_ts at time zone 'Asia/Seoul', 'HH24MISSMS')::legacy.hms;

-- p_num / p_den to whole won. Never by the division operator: numeric division rounds its last digit, and a
-- quotient just below a won would become that won.
create function legacy.f_rnd(p_num numeric, p_den numeric, p_mode text) returns numeric
language plpgsql immutable as $$
declare
  q numeric := div(p_num, p_den);
  r2 numeric := 2 * (p_num - q * p_den);
begin
  if p_mode = 'floor' then
    return q;
  elsif p_mode = 'half-up' then
    return case when r2 >= p_den then q + 1 else q end;
  elsif p_mode = 'half-even' then
    return case when r2 > p_den or (r2 = p_den and mod(q, 2) = 1) then q + 1 else q end;
  end if;
  raise exception 'rounding % is not known to the legacy core', p_mode using errcode = 'LG905';
end
$$;

-- Days from p_fr to p_to under the 30-day conventions of the 2006 ISDA Definitions: each month has 30 days. A first
-- day 31 counts as 30. A last day 31 counts as 30 always (30E/360, 4.16(g)) or after such a first day (30/360, 4.16(f)).
create function legacy.f_d360(p_fr date, p_to date, p_dcb text) returns integer
language plpgsql immutable as $$
declare
  d1 integer := least(extract(day from p_fr), 30);
  d2 integer := extract(day from p_to);
begin
  if d2 = 31 and (p_dcb = '30E/360' or d1 = 30) then
    d2 := 30;
  end if;
  return 360 * (extract(year from p_to) - extract(year from p_fr))
         + 30 * (extract(month from p_to) - extract(month from p_fr)) + d2 - d1;
end
$$;

-- Parts of the day p_dt of a period that begins on p_fr, in units of 1/1603080 year, the least common multiple of 360,
-- 365 and 366: sums of days under different year lengths stay exact. A 30-day convention counts from the first day of
-- the period, so a day is what it adds to that count: mostly 1, at a 31st 0, on the last of February up to 3.
create function legacy.f_day_part(p_fr date, p_dt date, p_dcb text) returns numeric
language plpgsql immutable as $$
begin
  if p_dcb = 'ACT/365F' then
    return 4392;
  elsif p_dcb = 'ACT/360' then
    return 4453;
  elsif p_dcb = 'ACT/ACT' then
    return case when extract(doy from make_date(extract(year from p_dt)::int, 12, 31)) = 366 then 4380 else 4392 end;
  elsif p_dcb in ('30/360', '30E/360') then
    return 4453 * (legacy.f_d360(p_fr, p_dt + 1, p_dcb) - legacy.f_d360(p_fr, p_dt, p_dcb));
  end if;
  raise exception 'day count % is not known to the legacy core', p_dcb using errcode = 'LG905';
end
$$;

-- The days of [p_fr, p_to): each with its parts, its end-of-day balance by value date from the entries up to p_seq
-- only, and the effective date of the rate table in force on it (null before the first table). What was in force
-- before p_fr comes in with the first day, also an entry of before the account was opened.
create function legacy.f_days(p_acno text, p_prd text, p_fr date, p_to date, p_seq bigint, p_dcb text)
returns table (dt date, part numeric, bal numeric, rt_dt date)
language plpgsql stable as $$
begin
  return query
    select d.dt, legacy.f_day_part(p_fr, d.dt, p_dcb), sum(m.amt) over w, max(r.eff) over w
      from (select p_fr + n as dt from generate_series(0, p_to - p_fr - 1) n) d
      left join (select greatest(value_date, p_fr) as dt, sum(amount) as amt from core.account_txn
                  where account_no = p_acno and seq <= p_seq and value_date < p_to group by 1) m on m.dt = d.dt
      left join (select greatest(effective_from, p_fr) as dt, max(effective_from) as eff from core.rate_tier
                  where product_code = p_prd and effective_from < p_to group by 1) r on r.dt = d.dt
    window w as (order by d.dt);
end
$$;

-- Interest of [p_fr, p_to): numerator over 1603080. Day by day, in one statement: a query for each day made ten years
-- twenty times as slow. The history is folded anew each time, so the same basis gives the same sum for ever.
-- A tier covers (lo, hi]; by slices it earns on its part of the balance, else on all of it if the balance lies in it.
-- What no tier covers earns nothing, nor does a day before the first rate table.
create function legacy.f_acrl(
  p_acno text, p_prd text, p_fr date, p_to date, p_seq bigint, p_dcb text, p_tmd text
) returns numeric
language plpgsql stable as $$
declare
  v_sum numeric;
begin
  select coalesce(sum(t.annual_rate * d.part * case when p_tmd = 'slice' then least(d.bal, t.hi) - t.lo else d.bal end), 0)
    into v_sum
    from legacy.f_days(p_acno, p_prd, p_fr, p_to, p_seq, p_dcb) d
    join (select effective_from, annual_rate, up_to as hi,
                 lag(up_to, 1, 0::bigint) over (partition by effective_from order by tier_no) as lo
            from core.rate_tier where product_code = p_prd) t
      on t.effective_from = d.rt_dt and d.bal > t.lo and (p_tmd = 'slice' or t.hi is null or d.bal <= t.hi);
  return v_sum;
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('003_accrual.sql', 'ac046a5b0ba5521b61490286460e1bef82a87337079e1a82f44a0458fdcb1249');

-- 0.2.0: legacy-core-adapter/legacy-core/004_tax.sql
create type legacy.ty_tax as (itx numeric, ltx numeric, ftx numeric, rl_vr text);

-- Cut below 10 won (국고금 관리법 47조).
create function legacy.f_cut10(p_amt numeric) returns numeric
language sql immutable return div(p_amt, 10) * 10;

-- Taxes withheld from p_grs won of interest paid on p_dt to a holder of class p_tax_cd.
-- A treaty rate that includes local tax is the total: ten elevenths of it are income tax.
create function legacy.f_tax(p_tax_cd text, p_dt date, p_grs numeric, p_trt_rt numeric, p_trt_inc boolean)
returns legacy.ty_tax
language plpgsql stable as $$
declare
  rt legacy.tax_rt;
  tx legacy.ty_tax;
begin
  select * into rt from legacy.tax_rt
   where tax_cd = p_tax_cd and eff_dt <= legacy.f_ymd(p_dt) order by eff_dt desc limit 1;
  if not found then
    raise exception 'no withholding rate for tax class % on %', p_tax_cd, p_dt using errcode = 'LG905';
  end if;
  if rt.trt_yn = 'Y' and p_trt_rt is not null then
    tx.itx := case when p_trt_inc then div(p_grs * p_trt_rt * 10, 110) * 10 else legacy.f_cut10(p_grs * p_trt_rt) end;
  else
    tx.itx := legacy.f_cut10(p_grs * rt.itx_rt);
  end if;
  if tx.itx < rt.itx_min then
    tx.itx := 0;
  end if;
  tx.ltx := legacy.f_cut10(tx.itx * rt.ltx_rt);
  tx.ftx := legacy.f_cut10(p_grs * rt.ftx_rt);
  tx.rl_vr := rt.rl_vr;
  return tx;
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('004_tax.sql', '8ce00d0ba7d22f29f2026a0cbf8dd3df1d19c5ac4a289e14f2b6a4d78d8a05b9');

-- 0.2.0: legacy-core-adapter/legacy-core/005_calc.sql
-- What an account's interest comes to at a basis. rsn_cd null: may be paid.
create type legacy.ty_calc as (
  bs_dt date, bs_seq bigint, fr_dt date, bal numeric, num_sum numeric, dc_bs text, prd_cd text, tax_cd text,
  grs numeric, itx numeric, ltx numeric, ftx numeric, net numeric, rl_vr text, rsn_cd text, rsn_all text
);

create function legacy.f_cd(p_knd text, p_wd text) returns text
language plpgsql stable as $$
declare
  v_cd text;
begin
  select cd into v_cd from legacy.cd_map where knd = p_knd and core_wd = p_wd;
  if not found then
    raise exception 'no legacy code for % %', p_knd, p_wd using errcode = 'LG905';
  end if;
  return v_cd;
end
$$;

-- All reasons that stand against a payout on demand, in order of precedence.
create function legacy.f_elig(p_std core.account_standing, p_trm core.product_terms) returns text[]
language plpgsql stable as $$
declare
  v_st text[] := array['A' || legacy.f_cd('A', p_std.account_status), 'C' || legacy.f_cd('C', p_std.customer_status),
                       'T' || legacy.f_cd('T', p_std.tax_class)];
  v_hold text;
begin
  foreach v_hold in array p_std.holds loop
    v_st := v_st || ('H' || legacy.f_cd('H', v_hold));
  end loop;
  return array(
    select r.rsn_cd from legacy.elig_rl r
     where r.knd || r.cd = any (v_st)
       and not (r.sw_cd = 'W' and p_trm.pays_under_withdrawal_stop)
       and not (r.sw_cd = 'C' and p_trm.corporate_allowed)
     order by r.prcd_no);
end
$$;

-- The one reason of the answer: eligibility, then already paid (E201), then nothing to pay (E202), which is interest
-- below the least amount the product pays: it goes on accumulating.
create function legacy.f_rsn(p_elig text[], p_acno text, p_dt date, p_seq bigint, p_grs numeric, p_min numeric) returns text
language plpgsql stable as $$
begin
  if cardinality(p_elig) > 0 then
    return p_elig[1];
  elsif exists (select from core.interest_payout
                 where account_no = p_acno and business_date = p_dt and seq <= p_seq) then
    return 'E201';
  elsif p_grs < p_min then
    return 'E202';
  end if;
  return null;
end
$$;

-- The end of the last paid period as of p_seq, else the opening day. What was taken back by then is not paid.
create function legacy.f_fr_dt(p_acno text, p_opn date, p_seq bigint) returns date
language plpgsql stable as $$
begin
  return coalesce((select p.period_to from core.interest_payout p
                    where p.account_no = p_acno and p.seq <= p_seq
                      and not exists (select from core.interest_reversal r where r.payout_id = p.payout_id and r.seq <= p_seq)
                    order by p.seq desc limit 1), p_opn);
end
$$;

-- Computes the payout of an existing account at a basis, from what was in force at that basis alone.
create function legacy.f_calc(p_acno text, p_dt date, p_seq bigint) returns legacy.ty_calc
language plpgsql stable as $$
declare
  ac core.account;
  std core.account_standing;
  trm core.product_terms;
  tx legacy.ty_tax;
  c legacy.ty_calc;
  v_elig text[];
begin
  select * into strict ac from core.account where account_no = p_acno;
  select * into std from core.account_standing where account_no = p_acno and seq <= p_seq order by seq desc limit 1;
  if not found then
    raise exception 'account has no standing at entry %', p_seq using errcode = 'LG905';
  end if;
  select * into trm from core.product_terms
   where product_code = ac.product_code and effective_from <= p_dt order by effective_from desc limit 1;
  if not found then
    raise exception 'product % has no terms on %', ac.product_code, p_dt using errcode = 'LG905';
  end if;
  c.bs_dt := p_dt;
  c.bs_seq := p_seq;
  c.prd_cd := ac.product_code;
  c.dc_bs := trm.day_count;
  c.tax_cd := legacy.f_cd('T', std.tax_class);
  c.fr_dt := legacy.f_fr_dt(p_acno, ac.opened_on, p_seq);
  select coalesce(sum(amount), 0) into c.bal from core.account_txn where account_no = p_acno and seq <= p_seq;
  c.num_sum := legacy.f_acrl(p_acno, ac.product_code, c.fr_dt, p_dt, p_seq, trm.day_count, trm.tier_mode);
  c.grs := legacy.f_rnd(c.num_sum, 1603080, trm.rounding_mode);
  tx := legacy.f_tax(c.tax_cd, p_dt, c.grs, std.treaty_rate, std.treaty_includes_local_tax);
  c.itx := tx.itx;
  c.ltx := tx.ltx;
  c.ftx := tx.ftx;
  c.rl_vr := tx.rl_vr;
  c.net := c.grs - c.itx - c.ltx - c.ftx;
  if c.bal + c.net > 999999999999999999 then
    raise exception 'the balance after the payout has more than 18 digits' using errcode = 'LG903';
  end if;
  v_elig := legacy.f_elig(std, trm);
  c.rsn_cd := legacy.f_rsn(v_elig, p_acno, p_dt, p_seq, c.grs, trm.minimum_payable);
  c.rsn_all := array_to_string(v_elig, ',');
  return c;
end
$$;

-- Furthest day from the opening that is computed (100 years): a basis beyond it is no basis.
create function legacy.f_max_days() returns integer language sql immutable return 36525;

create type legacy.ty_bs as (rsp_cd text, bs_dt date, bs_seq bigint);

-- The basis to answer from: the given one if the account had it, else the present one. An empty customer number is
-- an operator's. The head is read before the date, so today is never earlier than an entry already seen.
create function legacy.f_bs(p_acno text, p_csno text, p_bs_dt text, p_bs_seq numeric) returns legacy.ty_bs
language plpgsql volatile as $$
declare
  ac core.account;
  b legacy.ty_bs;
begin
  b.rsp_cd := '0000';
  select * into ac from core.account where account_no = p_acno and (p_csno = '' or customer_id = p_csno);
  if not found then
    b.rsp_cd := 'E401';
    return b;
  end if;
  if p_bs_dt is null then
    b.bs_seq := ac.last_seq;
    b.bs_dt := core.business_date();
    return b;
  end if;
  b.bs_dt := to_date(p_bs_dt, 'YYYYMMDD');
  -- A day before the last payout is a basis all the same: the bank's clock may have been put back after it.
  if p_bs_seq > ac.last_seq or b.bs_dt < ac.opened_on or b.bs_dt - ac.opened_on > legacy.f_max_days() then
    b.rsp_cd := 'E402';
    return b;
  end if;
  b.bs_seq := p_bs_seq;
  return b;
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('005_calc.sql', '40c5ff6d330c53c2533b2f60771e466bfdfd8dcf5651bdb94f91a0b4c1bcd734');

-- 0.2.0: legacy-core-adapter/legacy-core/006_answers.sql
-- The answer of DPI2100, DPI2900 and DPI9100. Refused: codes, message and basis only. rsn_all is for the log alone.
create type legacy.ty_ans as (
  rsp_cd text, msg_id text, msg_tx text, biz_dt text, bs_dt text, bs_seq numeric,
  payo_id text, paid_dt text, paid_tm text, repl_fg text, acno text, fr_dt text, to_dt text,
  grs numeric, itx numeric, ltx numeric, ftx numeric, net numeric, bal_aft numeric, memo text,
  gl_cd text[], gl_dc text[], gl_amt text[], rsn_all text
);

create function legacy.f_ans(p_rsp_cd text, p_bs_dt date, p_bs_seq numeric) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  a legacy.ty_ans;
begin
  a.rsp_cd := p_rsp_cd;
  select msg_id, msg_tx into strict a.msg_id, a.msg_tx from legacy.rsp_msg where rsp_cd = p_rsp_cd;
  a.biz_dt := legacy.f_ymd(core.business_date());
  a.bs_dt := legacy.f_ymd(p_bs_dt);
  a.bs_seq := p_bs_seq;
  return a;
end
$$;

-- Lines of a payout in the order of the chart of accounts; lines of zero won are left out.
create function legacy.f_lines(c legacy.ty_calc)
returns table (ln_no smallint, gl_cd text, core_gl text, dc_gb text, amt numeric)
language plpgsql stable as $$
begin
  return query
    select row_number() over (order by g.ord)::smallint, g.gl_cd::text, g.core_gl, g.dc_gb::text, v.amt
      from legacy.gl_map g
      join (values ('INTEREST_EXPENSE', c.grs), ('CUSTOMER_DEPOSIT', c.net), ('WITHHELD_INCOME_TAX', c.itx),
                   ('WITHHELD_LOCAL_TAX', c.ltx), ('WITHHELD_FARM_TAX', c.ftx)) v (core_gl, amt) using (core_gl)
     where v.amt > 0
     order by g.ord;
end
$$;

-- The answer for a computed payout that is not (or not yet) a receipt.
create function legacy.f_calc_ans(p_acno text, c legacy.ty_calc, p_memo text) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  a legacy.ty_ans := legacy.f_ans(coalesce(c.rsn_cd, '0000'), c.bs_dt, c.bs_seq);
begin
  a.rsn_all := c.rsn_all;
  if c.rsn_cd is not null then
    return a;
  end if;
  a.acno := p_acno;
  a.fr_dt := legacy.f_ymd(c.fr_dt);
  a.to_dt := legacy.f_ymd(c.bs_dt);
  a.grs := c.grs;
  a.itx := c.itx;
  a.ltx := c.ltx;
  a.ftx := c.ftx;
  a.net := c.net;
  a.bal_aft := c.bal + c.net;
  a.memo := p_memo;
  select array_agg(l.gl_cd order by l.ln_no), array_agg(l.dc_gb order by l.ln_no), array_agg(l.amt::text order by l.ln_no)
    into a.gl_cd, a.gl_dc, a.gl_amt from legacy.f_lines(c) l;
  return a;
end
$$;

-- The answer for a receipt, whichever core wrote it: the first answer again, word for word.
create function legacy.f_rcpt_ans(p_payo_id uuid, p_repl_fg text) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  r core.interest_payout;
  a legacy.ty_ans;
begin
  select * into strict r from core.interest_payout where payout_id = p_payo_id;
  a := legacy.f_ans('0000', r.business_date, r.basis_seq);
  a.payo_id := r.payout_id::text;
  a.paid_dt := legacy.f_ymd((r.paid_at at time zone 'Asia/Seoul')::date);
  a.paid_tm := legacy.f_hms(r.paid_at);
  a.repl_fg := p_repl_fg;
  a.acno := r.account_no;
  a.fr_dt := legacy.f_ymd(r.period_from);
  a.to_dt := legacy.f_ymd(r.period_to);
  a.grs := r.gross;
  a.itx := r.income_tax;
  a.ltx := r.local_tax;
  a.ftx := r.farm_tax;
  a.net := r.net;
  a.bal_aft := r.balance_after;
  a.memo := r.memo;
  select array_agg(g.gl_cd::text order by p.line_no), array_agg(case when p.amount > 0 then 'D' else 'C' end order by p.line_no),
         array_agg(abs(p.amount)::text order by p.line_no)
    into a.gl_cd, a.gl_dc, a.gl_amt
    from core.posting p join legacy.gl_map g on g.core_gl = p.gl_code
   where p.account_no = r.account_no and p.seq = r.seq;
  return a;
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('006_answers.sql', 'e0677499dc45e41349f31566b0052c93a4dfcee67e230d16973f858a06bf0b34');

-- 0.2.0: legacy-core-adapter/legacy-core/007_quote.sql
create type legacy.ty_qt as (
  rsp_cd text, msg_id text, msg_tx text, biz_dt text, bs_dt text, bs_seq numeric, acno text, hld_nm text,
  fr_dt text, to_dt text, grs numeric, itx numeric, ltx numeric, ftx numeric, net numeric,
  pay_fg text, rsn_cd text, exp_dt text
);

-- DPI1100, interest inquiry: the estimate as of now, or as of a given basis. A refused account is answered too,
-- with its amounts and its reason.
create function legacy.dpi1100(p_acno text, p_csno text, p_bs_dt text, p_bs_seq numeric) returns legacy.ty_qt
language plpgsql volatile as $$
declare
  b legacy.ty_bs := legacy.f_bs(p_acno, p_csno, p_bs_dt, p_bs_seq);
  c legacy.ty_calc;
  q legacy.ty_qt;
begin
  q.rsp_cd := b.rsp_cd;
  select msg_id, msg_tx into strict q.msg_id, q.msg_tx from legacy.rsp_msg where rsp_cd = b.rsp_cd;
  q.biz_dt := legacy.f_ymd(core.business_date());
  if b.rsp_cd <> '0000' then
    return q;
  end if;
  c := legacy.f_calc(p_acno, b.bs_dt, b.bs_seq);
  q.bs_dt := legacy.f_ymd(c.bs_dt);
  q.bs_seq := c.bs_seq;
  q.acno := p_acno;
  select cu.name into q.hld_nm from core.account ac join core.customer cu using (customer_id) where ac.account_no = p_acno;
  q.fr_dt := legacy.f_ymd(c.fr_dt);
  q.to_dt := legacy.f_ymd(c.bs_dt);
  q.grs := c.grs;
  q.itx := c.itx;
  q.ltx := c.ltx;
  q.ftx := c.ftx;
  q.net := c.net;
  q.pay_fg := case when c.rsn_cd is null then 'Y' else 'N' end;
  q.rsn_cd := coalesce(c.rsn_cd, '0000');
  q.exp_dt := legacy.f_ymd(c.bs_dt + 1);
  return q;
end
$$;

-- DPI2900, rehearsal: the payout as it would be at the basis; nothing is written.
create function legacy.dpi2900(p_acno text, p_csno text, p_bs_dt text, p_bs_seq numeric, p_memo text) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  b legacy.ty_bs := legacy.f_bs(p_acno, p_csno, p_bs_dt, p_bs_seq);
begin
  if b.rsp_cd <> '0000' then
    return legacy.f_ans(b.rsp_cd, null, null);
  end if;
  return legacy.f_calc_ans(p_acno, legacy.f_calc(p_acno, b.bs_dt, b.bs_seq), p_memo);
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('007_quote.sql', '9789e5a690a59cd7f0d4fea6064bd0354b29b7aa0c04180283bd6a77a84735a9');

-- 0.2.0: legacy-core-adapter/legacy-core/008_payout.sql
-- What a payout request is about.
create type legacy.ty_rq as (guid text, acno text, csno text, chkey text, memo text);

create function legacy.f_rq_hash(q legacy.ty_rq) returns text
language sql immutable return encode(sha256(convert_to(q.acno || chr(10) || coalesce(q.memo, ''), 'UTF8')), 'hex');

-- The shared ledger: entry, lines, head, end-of-day balance, receipt. The caller holds the account's row lock.
create function legacy.f_put_core(q legacy.ty_rq, c legacy.ty_calc) returns uuid
language plpgsql volatile as $$
declare
  v_id uuid := gen_random_uuid();
  v_sq bigint := c.bs_seq + 1;
  v_ts timestamptz := date_trunc('milliseconds', core.bank_now());
begin
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel, channel_ref)
  values (q.acno, v_sq, 'INTEREST', c.net, c.bal + c.net, c.bs_dt, c.bs_dt, v_ts, 'LEGACY', q.guid);
  insert into core.posting (account_no, seq, line_no, gl_code, amount)
  select q.acno, v_sq, l.ln_no, l.core_gl, case l.dc_gb when 'D' then l.amt else -l.amt end from legacy.f_lines(c) l;
  perform core.move_day_balances(q.acno, c.bs_dt, c.net::bigint);
  update core.account set balance = balance + c.net, last_seq = v_sq, paid_through = c.bs_dt where account_no = q.acno;
  insert into core.interest_payout
    (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, memo, core, business_date,
     period_from, period_to, gross, income_tax, local_tax, farm_tax, net, balance_after, tax_class, tax_rule_version, paid_at)
  select v_id, q.acno, v_sq, c.bs_seq, q.csno, q.chkey, legacy.f_rq_hash(q), q.memo, 'legacy', c.bs_dt,
         c.fr_dt, c.bs_dt, c.grs, c.itx, c.ltx, c.ftx, c.net, c.bal + c.net, m.core_wd, c.rl_vr, v_ts
    from legacy.cd_map m where m.knd = 'T' and m.cd = c.tax_cd;
  return v_id;
end
$$;

-- All lines of a payout in the order of the chart of accounts, zeros included: the legacy core's forms have fixed lines.
create function legacy.f_form(c legacy.ty_calc) returns table (ln_no smallint, gl_cd text, dc_gb text, dr numeric, cr numeric)
language plpgsql stable as $$
begin
  return query
    select g.ord, g.gl_cd::text, g.dc_gb::text, case g.dc_gb when 'D' then coalesce(l.amt, 0) else 0 end,
           case g.dc_gb when 'C' then coalesce(l.amt, 0) else 0 end
      from legacy.gl_map g left join legacy.f_lines(c) l on l.gl_cd = g.gl_cd
     order by g.ord;
end
$$;

create function legacy.f_bgn(q legacy.ty_rq, p_no integer, p_nm text) returns void
language plpgsql volatile as $$
begin
  insert into legacy.step_log (guid, step_no, step_nm, bgn_ts) values (q.guid, p_no, p_nm, clock_timestamp());
end
$$;

create function legacy.f_end(q legacy.ty_rq, p_no integer) returns void
language plpgsql volatile as $$
begin
  update legacy.step_log set end_ts = clock_timestamp() where guid = q.guid and step_no = p_no;
end
$$;

-- Journal: head and lines.
create function legacy.f_put_jrnl(q legacy.ty_rq, c legacy.ty_calc) returns bigint
language plpgsql volatile as $$
declare
  v_jno bigint := nextval('legacy.jrnl_sq');
  l record;
begin
  insert into legacy.jrnl (jrnl_no, biz_dt, guid, tr_cd, acno, core_sq, jrnl_ts)
  values (v_jno, legacy.f_ymd(c.bs_dt), q.guid, 'DPI2100', q.acno, c.bs_seq + 1, core.bank_now());
  for l in select * from legacy.f_form(c) loop
    insert into legacy.jrnl_dtl (jrnl_no, ln_no, gl_cd, dc_gb, amt)
    values (v_jno, l.ln_no, l.gl_cd, l.dc_gb, l.dr + l.cr);
  end loop;
  return v_jno;
end
$$;

-- Histories: account, payout, accrual, channel key.
create function legacy.f_put_hst(q legacy.ty_rq, c legacy.ty_calc, p_id uuid, p_jno bigint) returns void
language plpgsql volatile as $$
declare
  v_dt legacy.ymd := legacy.f_ymd(c.bs_dt);
begin
  insert into legacy.acnt_hst (acno, jrnl_no, biz_dt, sgn, amt, bal_aft) values (q.acno, p_jno, v_dt, '+', c.net, c.bal + c.net);
  insert into legacy.payo_hst (payo_id, acno, biz_dt, jrnl_no, grs, net) values (p_id, q.acno, v_dt, p_jno, c.grs, c.net);
  insert into legacy.acrl_hst (payo_id, fr_dt, to_dt, days, dc_bs, num_sum)
  values (p_id, legacy.f_ymd(c.fr_dt), v_dt, c.bs_dt - c.fr_dt, c.dc_bs, c.num_sum);
  insert into legacy.chnl_key (csno, chkey, payo_id) values (q.csno, q.chkey, p_id);
end
$$;

create function legacy.f_put_pasbk(q legacy.ty_rq, c legacy.ty_calc, p_jno bigint) returns void
language plpgsql volatile as $$
declare
  v_amt numeric[] := array[c.grs, c.itx, c.ltx, c.ftx, c.net];
begin
  for i in 1..5 loop
    insert into legacy.pasbk (acno, jrnl_no, ln_no, item_cd, sgn, amt)
    values (q.acno, p_jno, i, '0' || i, case when i in (1, 5) then '+' else '-' end, v_amt[i]);
  end loop;
end
$$;

-- Withholding-tax bookkeeping, inside the payout: a line for each tax type and the month's remittance totals.
create function legacy.f_put_tax(c legacy.ty_calc, p_id uuid) returns void
language plpgsql volatile as $$
declare
  v_ym text := to_char(c.bs_dt, 'YYYYMM');
  v_bas numeric[] := array[c.grs, c.itx, c.grs];
  v_tax numeric[] := array[c.itx, c.ltx, c.ftx];
begin
  for i in 1..3 loop
    insert into legacy.tax_line (payo_id, tax_ty, tax_cd, rl_vr, bas_amt, tax_amt, rmt_ym)
    values (p_id, '0' || i, c.tax_cd, c.rl_vr, v_bas[i], v_tax[i], v_ym);
  end loop;
  for i in 1..3 loop
    insert into legacy.tax_tot as t (rmt_ym, tax_ty, cnt, amt) values (v_ym, '0' || i, 1, v_tax[i])
    on conflict (rmt_ym, tax_ty) do update set cnt = t.cnt + 1, amt = t.amt + excluded.amt;
  end loop;
end
$$;

create function legacy.f_put_aud(q legacy.ty_rq, c legacy.ty_calc, p_jno bigint) returns void
language plpgsql volatile as $$
declare
  v_img text[] := array[
    'BAL', c.bal::text, (c.bal + c.net)::text, 'LAST_SEQ', c.bs_seq::text, (c.bs_seq + 1)::text,
    'PAID_TO', legacy.f_ymd(c.fr_dt), legacy.f_ymd(c.bs_dt), 'GRS', '0', c.grs::text, 'ITX', '0', c.itx::text,
    'LTX', '0', c.ltx::text, 'FTX', '0', c.ftx::text, 'CHKEY', '', q.chkey];
begin
  for i in 0..7 loop
    insert into legacy.aud_img (jrnl_no, ln_no, fld_nm, bf_val, af_val)
    values (p_jno, i + 1, v_img[3 * i + 1], v_img[3 * i + 2], v_img[3 * i + 3]);
  end loop;
end
$$;

create function legacy.f_put_snd(p_jno bigint) returns void
language plpgsql volatile as $$
declare
  v_ty text[] := array['A', 'S', 'P'];
begin
  for i in 1..3 loop
    insert into legacy.snd_q (jrnl_no, snd_no, snd_ty) values (p_jno, i, v_ty[i]);
  end loop;
end
$$;

-- Running totals. Always in this order and by ascending key, so that two payouts never wait for each other in a circle.
create function legacy.f_put_tots(q legacy.ty_rq, c legacy.ty_calc) returns void
language plpgsql volatile as $$
declare
  v_dt legacy.ymd := legacy.f_ymd(c.bs_dt);
  v_br char(4) := left(q.acno, 4);
  l record;
begin
  insert into legacy.cust_ytd as t (csno, yyyy, cnt, grs, tax)
  values (q.csno, to_char(c.bs_dt, 'YYYY'), 1, c.grs, c.grs - c.net)
  on conflict (csno, yyyy) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs, tax = t.tax + excluded.tax;
  insert into legacy.prd_tot as t (biz_dt, prd_cd, cnt, grs) values (v_dt, c.prd_cd, 1, c.grs)
  on conflict (biz_dt, prd_cd) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs;
  insert into legacy.br_tot as t (biz_dt, br_cd, cnt, net) values (v_dt, v_br, 1, c.net)
  on conflict (biz_dt, br_cd) do update set cnt = t.cnt + 1, net = t.net + excluded.net;
  for l in select * from legacy.f_form(c) order by gl_cd loop
    insert into legacy.gl_tot as t (biz_dt, gl_cd, dr_amt, cr_amt) values (v_dt, l.gl_cd, l.dr, l.cr)
    on conflict (biz_dt, gl_cd) do update set dr_amt = t.dr_amt + excluded.dr_amt, cr_amt = t.cr_amt + excluded.cr_amt;
  end loop;
  for l in select * from legacy.f_form(c) order by gl_cd loop
    insert into legacy.br_gl as t (biz_dt, br_cd, gl_cd, dr_amt, cr_amt) values (v_dt, v_br, l.gl_cd, l.dr, l.cr)
    on conflict (biz_dt, br_cd, gl_cd) do update set dr_amt = t.dr_amt + excluded.dr_amt, cr_amt = t.cr_amt + excluded.cr_amt;
  end loop;
  perform legacy.f_put_stat(q, c);
  insert into legacy.dly_tot as t (biz_dt, cnt, grs, net) values (v_dt, 1, c.grs, c.net)
  on conflict (biz_dt) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs, net = t.net + excluded.net;
end
$$;

create function legacy.f_put_stat(q legacy.ty_rq, c legacy.ty_calc) returns void
language plpgsql volatile as $$
declare
  v_pr text[] := array['H', legacy.f_ymd(c.bs_dt) || left(legacy.f_hms(core.bank_now()), 2), 'M', to_char(c.bs_dt, 'YYYYMM')];
  v_dim text[] := array['AM', length(c.grs::text)::text, 'BR', left(q.acno, 4), 'DC', c.dc_bs, 'PR', c.prd_cd,
                        'TR', 'DPI2100', 'TX', c.tax_cd];
begin
  for p in 0..1 loop
    for d in 0..5 loop
      insert into legacy.dim_stat as t (pr_ty, pr_ky, dim_ty, dim_cd, cnt, grs, net)
      values (v_pr[2 * p + 1], v_pr[2 * p + 2], v_dim[2 * d + 1], v_dim[2 * d + 2], 1, c.grs, c.net)
      on conflict (pr_ty, pr_ky, dim_ty, dim_cd)
        do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs, net = t.net + excluded.net;
    end loop;
  end loop;
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('008_payout.sql', 'be3e0fb83c2ead6b9e1331d3705ab132cbc39a5e1d13d595ea48edda5653122d');

-- 0.2.0: legacy-core-adapter/legacy-core/009_pay.sql
-- The receipt of an earlier request with this channel key, by either core; null if there is none.
create function legacy.f_replay(q legacy.ty_rq) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  r core.interest_payout;
begin
  select * into r from core.interest_payout where customer_id = q.csno and channel_key = q.chkey;
  if not found then
    return null;
  elsif r.request_hash <> legacy.f_rq_hash(q) then
    return legacy.f_ans('E301', null, null);
  end if;
  return legacy.f_rcpt_ans(r.payout_id, 'Y');
end
$$;

-- The whole payout, in ten steps that are logged one by one: eighty statements of one row each in this core's own books.
create function legacy.f_put_all(q legacy.ty_rq, c legacy.ty_calc) returns uuid
language plpgsql volatile as $$
declare
  v_id uuid;
  v_jno bigint;
begin
  perform legacy.f_bgn(q, 1, 'PAYOUT');
  perform legacy.f_bgn(q, 2, 'LEDGER');
  v_id := legacy.f_put_core(q, c);
  perform legacy.f_end(q, 2);
  perform legacy.f_bgn(q, 3, 'JOURNAL');
  v_jno := legacy.f_put_jrnl(q, c);
  perform legacy.f_end(q, 3);
  perform legacy.f_bgn(q, 4, 'HISTORY');
  perform legacy.f_put_hst(q, c, v_id, v_jno);
  perform legacy.f_end(q, 4);
  perform legacy.f_bgn(q, 5, 'PASSBOOK');
  perform legacy.f_put_pasbk(q, c, v_jno);
  perform legacy.f_end(q, 5);
  perform legacy.f_bgn(q, 6, 'AUDIT');
  perform legacy.f_put_aud(q, c, v_jno);
  perform legacy.f_end(q, 6);
  perform legacy.f_bgn(q, 7, 'NOTICE');
  perform legacy.f_put_snd(v_jno);
  perform legacy.f_end(q, 7);
  perform legacy.f_bgn(q, 8, 'TAX');
  perform legacy.f_put_tax(c, v_id);
  perform legacy.f_end(q, 8);
  perform legacy.f_bgn(q, 9, 'TOTALS');
  perform legacy.f_put_tots(q, c);
  perform legacy.f_end(q, 9);
  perform legacy.f_bgn(q, 10, 'ANSWER');
  perform legacy.f_end(q, 10);
  perform legacy.f_end(q, 1);
  return v_id;
end
$$;

-- Payouts hold it together, the closing of a day alone: no payout slips into a day while it is being closed.
create function legacy.f_day_lock() returns bigint language sql immutable return 21001100;

-- Writes a payout. If another request with the same key or for the same day has won although it did not hold this
-- account's lock, all of it is undone and the winner's receipt decides the answer: the unique keys are the last judge.
create function legacy.f_put_pay(q legacy.ty_rq, c legacy.ty_calc) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  v_con text;
begin
  perform pg_advisory_xact_lock_shared(legacy.f_day_lock());
  if exists (select from legacy.day_cls where biz_dt >= legacy.f_ymd(c.bs_dt)) then
    raise exception 'the books of % are closed', c.bs_dt using errcode = 'LG904';
  end if;
  return legacy.f_rcpt_ans(legacy.f_put_all(q, c), 'N');
exception when unique_violation then
  get stacked diagnostics v_con = constraint_name;
  if v_con = 'one_payout_per_key' then
    return legacy.f_replay(q);
  elsif v_con = 'one_payout_per_day' then
    return coalesce(legacy.f_replay(q), legacy.f_ans('E201', c.bs_dt, c.bs_seq));
  end if;
  raise;
end
$$;

-- Decides one payout request under the account's row lock. Each read is a statement of its own, begun after the
-- lock was granted: a read inside the locking statement would see the state from before the wait.
create function legacy.f_pay(q legacy.ty_rq) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  ac core.account;
  a legacy.ty_ans;
  c legacy.ty_calc;
begin
  select * into ac from core.account where account_no = q.acno and customer_id = q.csno for update;
  if not found then
    return legacy.f_ans('E401', null, null);
  end if;
  a := legacy.f_replay(q);
  if a.rsp_cd is not null then
    return a;
  end if;
  c := legacy.f_calc(q.acno, core.business_date(), ac.last_seq);
  if c.rsn_cd is not null then
    return legacy.f_calc_ans(q.acno, c, null);
  end if;
  if c.bal <> ac.balance then
    raise exception 'balance % of the account is not the fold % of its entries', ac.balance, c.bal using errcode = 'LG904';
  end if;
  return legacy.f_put_pay(q, c);
end
$$;

-- Longest wait for a row another transaction holds, and the share of the caller's time it may use up: the answer
-- "busy" must still reach a caller who is listening.
create function legacy.f_lock_wait_ms(p_tmo_ms integer) returns text
language sql immutable return greatest(1, least(2000, p_tmo_ms / 2))::text;

-- DPI2100, interest payout, one transaction. The GUID is logged first: a second request with it, or an inquiry for
-- it, waits for this one to end. Waits are bounded by p_tmo_ms, the time the caller still has (55P03 when over).
create function legacy.dpi2100(p_guid text, p_acno text, p_csno text, p_chkey text, p_memo text, p_tmo_ms integer)
returns legacy.ty_ans
language plpgsql volatile as $$
declare
  q legacy.ty_rq := row(p_guid, p_acno, p_csno, p_chkey, p_memo);
  a legacy.ty_ans;
  v_st text;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'a payout reads after its lock: READ COMMITTED only' using errcode = 'LG905';
  end if;
  perform set_config('lock_timeout', legacy.f_lock_wait_ms(p_tmo_ms), true);
  insert into legacy.guid_log (guid, st_cd, rq_ts, tr_cd, acno, csno, chkey)
  values (p_guid, '01', core.bank_now(), 'DPI2100', p_acno, p_csno, p_chkey) on conflict do nothing;
  if not found then
    select st_cd into v_st from legacy.guid_log where guid = p_guid;
    return legacy.f_ans(case v_st when '09' then 'E305' else 'E304' end, null, null);
  end if;
  a := legacy.f_pay(q);
  update legacy.guid_log
     set st_cd = '02', rsp_cd = a.rsp_cd, rsn_all = a.rsn_all, payo_id = a.payo_id::uuid,
         repl_fg = coalesce(a.repl_fg, 'N'), bs_dt = a.bs_dt, bs_seq = a.bs_seq
   where guid = p_guid;
  return a;
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('009_pay.sql', '10a6291a3d74b2ffff893be558a176d8cc375480b8f164dfac6dcf6df02a31a9');

-- 0.2.0: legacy-core-adapter/legacy-core/010_inquiry.sql
-- Longest wait of an inquiry for a request that is being worked on.
create function legacy.f_inq_wait_ms() returns text language sql immutable return '300';

-- DPI9100, inquiry: the answer that the payout request with this GUID got, or would have got back.
-- The inquiry settles the matter. A request that has not arrived is closed here (E601): should it still come, it is
-- refused (E305) and never executed. One that is being worked on is waited for a moment, then reported (E602).
create function legacy.dpi9100(p_org_guid text, p_acno text, p_csno text) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  g legacy.guid_log;
begin
  perform set_config('lock_timeout', legacy.f_inq_wait_ms(), true);
  begin
    insert into legacy.guid_log (guid, st_cd, rq_ts, tr_cd, acno, csno)
    values (p_org_guid, '09', core.bank_now(), 'DPI9100', p_acno, p_csno) on conflict do nothing;
  exception when lock_not_available then
    return legacy.f_ans('E602', null, null);
  end;
  select * into strict g from legacy.guid_log where guid = p_org_guid;
  if g.acno <> p_acno or g.csno <> p_csno then
    return legacy.f_ans('E401', null, null);
  elsif g.st_cd = '09' then
    return legacy.f_ans('E601', null, null);
  elsif g.payo_id is not null then
    return legacy.f_rcpt_ans(g.payo_id, g.repl_fg);
  end if;
  return legacy.f_ans(g.rsp_cd, to_date(g.bs_dt, 'YYYYMMDD'), g.bs_seq);
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('010_inquiry.sql', 'd053fbb1ce8505663bdfe493bc66e2d011792d68d90c9bbf1a97a7558ea8ff43');

-- 0.2.0: legacy-core-adapter/legacy-core/011_statement.sql
create type legacy.ty_stm as (
  rsp_cd text, msg_id text, msg_tx text, biz_dt text, bs_dt text, bs_seq numeric, acno text, more_fg text, nxt_seq numeric,
  seq text[], kd text[], dt text[], tm text[], vdt text[], amt text[], bal text[]
);

-- Entries in one answer: as many as the group of DPI1200 holds.
create function legacy.f_stm_max() returns integer language sql immutable return 10;

-- DPI1200, statement: entries posted in [p_fr_dt, p_to_dt], oldest first, after entry p_nxt_seq.
create function legacy.dpi1200(p_acno text, p_csno text, p_fr_dt text, p_to_dt text, p_nxt_seq numeric)
returns legacy.ty_stm
language plpgsql volatile as $$
declare
  b legacy.ty_bs := legacy.f_bs(p_acno, p_csno, null, 0);
  s legacy.ty_stm;
begin
  s.rsp_cd := case when b.rsp_cd = '0000' and p_fr_dt > p_to_dt then 'E403' else b.rsp_cd end;
  select msg_id, msg_tx into strict s.msg_id, s.msg_tx from legacy.rsp_msg where rsp_cd = s.rsp_cd;
  s.biz_dt := legacy.f_ymd(core.business_date());
  if s.rsp_cd <> '0000' then
    return s;
  end if;
  select coalesce(max(e.seq), p_nxt_seq), coalesce(array_agg(e.seq::text order by e.seq), '{}'),
         coalesce(array_agg(legacy.f_cd('K', e.kind) order by e.seq), '{}'),
         coalesce(array_agg(legacy.f_ymd(e.business_date)::text order by e.seq), '{}'),
         coalesce(array_agg(legacy.f_hms(e.posted_at)::text order by e.seq), '{}'),
         coalesce(array_agg(legacy.f_ymd(e.value_date)::text order by e.seq), '{}'),
         coalesce(array_agg(e.amount::text order by e.seq), '{}'),
         coalesce(array_agg(e.balance_after::text order by e.seq), '{}')
    into s.nxt_seq, s.seq, s.kd, s.dt, s.tm, s.vdt, s.amt, s.bal
    from (select * from core.account_txn
           where account_no = p_acno and seq > p_nxt_seq
             and business_date between to_date(p_fr_dt, 'YYYYMMDD') and to_date(p_to_dt, 'YYYYMMDD')
           order by seq limit legacy.f_stm_max()) e;
  s.acno := p_acno;
  s.more_fg := case when exists (
    select from core.account_txn
     where account_no = p_acno and seq > s.nxt_seq
       and business_date between to_date(p_fr_dt, 'YYYYMMDD') and to_date(p_to_dt, 'YYYYMMDD')) then 'Y' else 'N' end;
  return s;
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('011_statement.sql', 'd7298d5945d3288139d90b77888a5f68e3a91f6942fe92c038d83b7af6ebe9df');

-- 0.2.0: legacy-core-adapter/legacy-core/012_rollover.sql
-- Closes the books of every past day that has payouts and is still open, oldest first; returns the days it closed.
-- A day whose totals do not agree with its payouts and its journal stays open, with all that follow, and the fault
-- says which: nobody closes over a gap. A payout into a closed day is refused (LG904).
create function legacy.f_roll_day() returns setof legacy.day_cls
language plpgsql volatile as $$
declare
  d record;
begin
  perform pg_advisory_xact_lock(legacy.f_day_lock());
  for d in
    select t.biz_dt, t.cnt, t.grs, t.net, g.dr_amt, g.cr_amt,
           t.cnt = p.cnt and t.grs = p.grs and t.net = p.net and g.dr_amt = j.dr_amt and g.cr_amt = j.cr_amt
             and g.dr_amt = t.grs and g.dr_amt = g.cr_amt as agrees
      from legacy.dly_tot t
      cross join lateral (select sum(dr_amt) as dr_amt, sum(cr_amt) as cr_amt from legacy.gl_tot where biz_dt = t.biz_dt) g
      cross join lateral (select count(*) as cnt, sum(grs) as grs, sum(net) as net from legacy.payo_hst
                           where biz_dt = t.biz_dt) p
      cross join lateral (select sum(x.amt) filter (where x.dc_gb = 'D') as dr_amt, sum(x.amt) filter (where x.dc_gb = 'C') as cr_amt
                            from legacy.jrnl h join legacy.jrnl_dtl x using (jrnl_no) where h.biz_dt = t.biz_dt) j
     where t.biz_dt < legacy.f_ymd(core.business_date())
       and not exists (select from legacy.day_cls c where c.biz_dt = t.biz_dt)
     order by t.biz_dt
  loop
    if not d.agrees then
      raise exception 'totals, payouts and journal of % do not agree', d.biz_dt using errcode = 'LG904';
    end if;
    return query
      insert into legacy.day_cls (biz_dt, cls_ts, cnt, grs, net, dr_amt, cr_amt)
      values (d.biz_dt, core.bank_now(), d.cnt, d.grs, d.net, d.dr_amt, d.cr_amt)
      on conflict do nothing returning *;
  end loop;
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('012_rollover.sql', '20a145c99d2fc9498bd42659dbb9d4e8c919494c6eab1e50f86e539a6708aae7');

-- 0.2.0: legacy-core-adapter/legacy-core/013_rights.sql
-- The legacy core's process works on these books and on what core grants to its role; auditors read them.
revoke execute on all functions in schema legacy from public;
grant usage on schema legacy to legacy_core, auditor;
grant execute on all functions in schema legacy to legacy_core;
grant select on all tables in schema legacy to legacy_core, auditor;
grant insert on legacy.guid_log, legacy.step_log, legacy.jrnl, legacy.jrnl_dtl, legacy.acnt_hst, legacy.payo_hst,
  legacy.acrl_hst, legacy.chnl_key, legacy.pasbk, legacy.aud_img, legacy.snd_q, legacy.tax_line, legacy.day_cls
  to legacy_core;
grant update on legacy.guid_log, legacy.step_log to legacy_core;
grant insert, update on legacy.dly_tot, legacy.br_tot, legacy.prd_tot, legacy.gl_tot, legacy.br_gl, legacy.dim_stat,
  legacy.tax_tot, legacy.cust_ytd to legacy_core;
grant usage on sequence legacy.jrnl_sq to legacy_core;

insert into legacy.schm_ver (file_nm, sha256) values ('013_rights.sql', '97f0da9073a95fdf529c50ea1981b4c6aca97e74eb5bdeb4f0f09bb36de970b8');

-- 0.2.0: legacy-core-adapter/legacy-core/014_defects.sql
-- Known defects that are switched on, for tests and demos: each is a worse edition of one function. The right edition
-- is kept here while a defect has its place. Nobody but the schema's owner can switch one.
create table legacy.dfct (
  dfct_nm varchar(40) primary key,
  on_ts   timestamptz not null default clock_timestamp()
);
create table legacy.fn_src (
  fn_nm varchar(40) primary key,
  src   text not null
);
grant select on legacy.dfct to legacy_core, auditor;

insert into legacy.schm_ver (file_nm, sha256) values ('014_defects.sql', 'a3e9931ede8d394f2559b1fc11337a256becf83d4f660a70fc118eeb083f9c65');

-- 0.2.0: legacy-core-adapter/legacy-core/020_reconciliation_rights.sql
-- The new core's reconciliation proves the tax books of both cores: it reads the tax lines and their totals, no more.
grant usage on schema legacy to interest_service;
grant select on legacy.tax_line, legacy.tax_tot to interest_service;

insert into legacy.schm_ver (file_nm, sha256) values ('020_reconciliation_rights.sql', '4b7ad72a20a9f5a42180c0fd31eb9e02d8a6294452b25a58eede4dcc5dbfbb11');

create schema adapter;
create table adapter.schm_ver
  (file_nm text primary key, sha256 char(64) not null, inst_ts timestamptz not null default clock_timestamp());

-- 0.2.0: legacy-core-adapter/outcomes/001_payout_sent.sql
-- What the adapter has sent and what became of it: noted before a payout goes out, so that a restart or another
-- adapter goes on asking. One request with a key can be open at a time: nobody sends a second while the first is unknown.
do $$
begin
  if not exists (select from pg_roles where rolname = 'legacy_adapter') then
    create role legacy_adapter login password 'legacy_adapter';
  end if;
end
$$;

create table adapter.payout_sent (
  guid char(32) primary key,
  account_no text not null,
  customer_id text not null,
  channel_key text not null,
  trace_id text not null,
  noted_at timestamptz not null default clock_timestamp(),
  -- Until then the request itself waits for its answer; nobody else may inquire.
  due_at timestamptz not null,
  -- null: nobody knows yet.
  outcome text check (outcome in ('PAID', 'REFUSED', 'NOT_EXECUTED')),
  settled_at timestamptz,
  next_inquiry_at timestamptz not null,
  inquiries integer not null default 0,
  check ((outcome is null) = (settled_at is null))
) with (fillfactor = 80);
create unique index one_open_request_per_key on adapter.payout_sent (customer_id, channel_key) where outcome is null;
create index to_inquire on adapter.payout_sent (next_inquiry_at) where outcome is null;
create index to_forget on adapter.payout_sent (settled_at) where outcome is not null;

grant usage on schema adapter to legacy_adapter;
grant select, insert, update, delete on adapter.payout_sent to legacy_adapter;

insert into adapter.schm_ver (file_nm, sha256) values ('001_payout_sent.sql', '0821b5608e1445f2f0d83ea4be17821cf2272098d5ac8c72f63b5810d11d4577');

create schema comparator;
create table comparator.migration (file text primary key, applied_at timestamptz not null default now());

-- 0.2.0: comparator/src/store/schema/001_comparator.sql
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

-- The role is the bank's to create; where there is none, the owner runs the gateway.
do $$
begin
  if exists (select from pg_roles where rolname = 'comparator') then
    grant usage on schema comparator to comparator;
    grant select, insert, update on all tables in schema comparator to comparator;
  end if;
end
$$;

insert into comparator.migration (file) values ('001_comparator.sql');

-- 0.2.0: comparator/src/store/schema/002_triage_partitions_retention.sql
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

insert into comparator.migration (file) values ('002_triage_partitions_retention.sql');

-- 0.2.0: comparator/src/store/schema/003_sealed_questions.sql
-- The question of a case, encrypted: with its key it can be asked again, without it names nobody.
alter table comparator.comparison add column sealed text;

insert into comparator.migration (file) values ('003_sealed_questions.sql');

-- 0.2.0: comparator/src/store/schema/004_one_row_a_cell.sql
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

insert into comparator.migration (file) values ('004_one_row_a_cell.sql');

-- 0.2.0: comparator/src/store/schema/005_what_was_compared.sql
-- What a case is a case of: the releases of both cores (their header `core-version`), the rules they were compared by, and
-- the state both answered from. Null: a core did not tell, or the case is older than these columns.
alter table comparator.comparison
  add column primary_version text,
  add column shadow_version text,
  add column rules_version text,
  add column basis text;

insert into comparator.migration (file) values ('005_what_was_compared.sql');

-- 0.2.0: comparator/src/store/schema/006_rate_of_repeats.sql
-- How often a signature was seen a minute between the last two messages, so that a digest can say whether it grows.
alter table comparator.signature add column told_rate double precision;

insert into comparator.migration (file) values ('006_rate_of_repeats.sql');

create schema rollout;
create table rollout.migration (file text primary key, applied_at timestamptz not null default now());

-- 0.2.0: rollout/src/store/schema/001_rollout.sql
-- What a ramp must remember: the stage in force, who approved, who holds the lease, and every decision for ever.

-- One row a flag. Gateways read it each half second: a stage that moves no money rules here whatever the flag says
-- (src/stop-order.ts). `since` is text, so that it is to the letter what stands in the flag.
create table rollout.stage (
  flag text primary key,
  stage text not null,
  since text not null check (since ~ '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$'),
  shadow double precision not null check (shadow between 0 and 1),
  primary_core text not null check (primary_core in ('legacy', 'new')),
  -- A person stopped the ramp; only a person resumes it.
  held boolean not null,
  check (not held or primary_core = 'legacy'),
  -- When it was entered by the bank's clock, which decides on midnights.
  entered_clock timestamptz not null,
  before_stage text,
  before_since text
);

create table rollout.approval (
  flag text not null,
  since text not null,
  approver text not null check (approver = btrim(approver) and approver <> ''),
  at timestamptz not null default clock_timestamp(),
  primary key (flag, since, approver)
);
-- "J. Kim" and "j. kim" are one person.
create unique index one_approval_a_person on rollout.approval (flag, since, lower(approver));

create table rollout.lease (
  flag text primary key,
  holder text not null,
  until timestamptz not null
);

-- Append-only, each record hashed with the one before. `body` is the text that was hashed, to the letter.
create table rollout.decision (
  flag text not null,
  seq bigint not null,
  at text not null,
  db_user text not null,
  body text not null,
  previous_hash text not null,
  hash text not null,
  primary key (flag, seq),
  unique (flag, previous_hash),
  check (hash = encode(sha256(convert_to(
    concat_ws(E'\n', previous_hash, seq::text, at, db_user, body), 'UTF8')), 'hex'))
);

create function rollout.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rollout.decision is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete or truncate on rollout.decision
  for each statement execute function rollout.refuse_change();

-- The only way in: takes the next number and the hash of the last record, one at a time.
create function rollout.append_decision(p_flag text, p_body text) returns table (seq bigint, hash text)
language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_previous text;
  v_seq bigint;
  v_at text := to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  v_hash text;
begin
  perform pg_advisory_xact_lock(hashtextextended('rollout.decision ' || p_flag, 0));
  select d.hash, d.seq into v_previous, v_seq
    from rollout.decision d where d.flag = p_flag order by d.seq desc limit 1;
  v_previous := coalesce(v_previous, '');
  v_seq := coalesce(v_seq, 0) + 1;
  v_hash := encode(sha256(convert_to(
    concat_ws(E'\n', v_previous, v_seq::text, v_at, session_user::text, p_body), 'UTF8')), 'hex');
  insert into rollout.decision (flag, seq, at, db_user, body, previous_hash, hash)
  values (p_flag, v_seq, v_at, session_user, p_body, v_previous, v_hash);
  return query select v_seq, v_hash;
end
$$;
revoke execute on function rollout.append_decision(text, text) from public;

-- Every gateway may see whether it is stopped.
grant usage on schema rollout to public;
grant select on rollout.stage to public;

-- The role is the bank's to create; where there is none, the owner runs the controller.
do $$
begin
  if exists (select from pg_roles where rolname = 'rollout') then
    grant select, insert, update on rollout.stage, rollout.lease to rollout;
    grant select, insert on rollout.approval to rollout;
    grant select on rollout.decision to rollout;
    grant execute on function rollout.append_decision(text, text) to rollout;
  end if;
end
$$;

insert into rollout.migration (file) values ('001_rollout.sql');

-- 0.2.0: rollout/src/store/schema/002_held_anywhere.sql
-- A step back by hand is held in whatever stage it leads to; gateways obey `held` only where no money moves.
alter table rollout.stage drop constraint stage_check;

insert into rollout.migration (file) values ('002_held_anywhere.sql');

-- 0.2.0: rollout/src/store/schema/003_approval_of_a_plan.sql
-- Who approved has read one version of the plan: an approval counts for the plan of its hash and for no other.
alter table rollout.approval add column plan_hash text not null default '';
alter table rollout.approval alter column plan_hash drop default;
alter table rollout.approval drop constraint approval_pkey, add primary key (flag, since, plan_hash, approver);
drop index rollout.one_approval_a_person;
create unique index one_approval_a_person on rollout.approval (flag, since, plan_hash, lower(approver));

insert into rollout.migration (file) values ('003_approval_of_a_plan.sql');

-- 0.2.0: rollout/src/store/schema/004_told.sql
-- How far Slack has been told: the last record it took, and who is telling it now. A controller that is killed between a move
-- and its message leaves the message due, and the next one sends it.
create table rollout.told (
  flag text primary key,
  seq bigint not null,
  teller text not null,
  until timestamptz not null
);
insert into rollout.told select flag, max(seq), '', '-infinity' from rollout.decision group by flag;

do $$
begin
  if exists (select from pg_roles where rolname = 'rollout') then
    grant select, insert, update on rollout.told to rollout;
  end if;
end
$$;

insert into rollout.migration (file) values ('004_told.sql');
