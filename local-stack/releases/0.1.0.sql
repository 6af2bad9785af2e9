-- The database of the bank as release 0.1.0 built it: the files of that release, one after the other, and what it
-- recorded of them. A fixture: never edited.

-- 0.1.0: core-ledger/001_roles_and_clock.sql
-- The bank's shared core ledger (schema core). During the migration both cores and every other channel
-- work on it, so each process has its own role that can touch only what it owns plus what it must share.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['interest_service', 'legacy_core', 'channel', 'comparator', 'auditor'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I login password %L', role_name, role_name);
    end if;
  end loop;
end
$$;

create schema core;
grant usage on schema core to interest_service, legacy_core, channel, auditor;

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


-- 0.1.0: core-ledger/002_products_and_parties.sql
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
  primary key (account_no, seq),
  check (treaty_rate is null or tax_class = 'non-resident')
);


-- 0.1.0: core-ledger/003_entries.sql
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
-- account, and be all the lines that entry ever gets. One check per statement, not one per row.
create function core.assert_entries_balance() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  bad record;
begin
  select l.account_no, l.seq, sum(l.amount) as total,
         coalesce(-sum(l.amount) filter (where l.gl_code = 'CUSTOMER_DEPOSIT'), 0) as credited, t.amount
    into bad
    from core.posting l
    join core.account_txn t using (account_no, seq)
   where (l.account_no, l.seq) in (select i.account_no, i.seq from inserted i)
   group by l.account_no, l.seq, t.amount
  having sum(l.amount) <> 0
      or coalesce(-sum(l.amount) filter (where l.gl_code = 'CUSTOMER_DEPOSIT'), 0) <> t.amount
   limit 1;
  if found then
    raise exception 'entry % of account % does not balance: lines sum to %, customer line % against movement %',
      bad.seq, bad.account_no, bad.total, bad.credited, bad.amount
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


-- 0.1.0: core-ledger/004_channels.sql
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


create table public.interest_migrations (id serial primary key, "timestamp" bigint not null, name character varying not null);

-- 0.1.0: interest-service/migrations/1763600000000-interest-and-tax.ts
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

create schema legacy;
create table legacy.schm_ver
  (file_nm text primary key, sha256 char(64) not null, inst_ts timestamptz not null default clock_timestamp());

-- 0.1.0: legacy-core-adapter/legacy-core/001_books.sql
-- Books of the legacy core. Its own style: short names, coded fields, dates as YYYYMMDD, times as HHMMSSmmm,
-- unsigned amounts of at most 18 digits beside a sign or a debit/credit mark.
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

-- Journal: one head for each executed transaction, one line for each general-ledger code it moves.
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

-- Tax bookkeeping is done inside the payout. Each payout has the line 01, be it zero, and a line for each other tax taken.
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

insert into legacy.schm_ver (file_nm, sha256) values ('001_books.sql', 'f767ecddd13cb4aa2d7cb7042d1b19b0d8591b9e74111447b732ac0c6ce0685b');

-- 0.1.0: legacy-core-adapter/legacy-core/002_codes.sql
-- Code tables of the legacy core: data, not code.

-- Words of the shared core ledger in the legacy core's own codes.
-- knd A account status, C customer status, H hold, T tax class.
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
  ('E601', 'DPI00601', '처리되지 않은 거래, 마감함'),
  ('E602', 'DPI00602', '처리 중인 거래입니다');

insert into legacy.schm_ver (file_nm, sha256) values ('002_codes.sql', 'c71e9dfe221dbf3981bc24b3779c09652e1556023a34def91b1b7cfa4877d414');

-- 0.1.0: legacy-core-adapter/legacy-core/003_accrual.sql
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

-- 0.1.0: legacy-core-adapter/legacy-core/004_tax.sql
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

-- 0.1.0: legacy-core-adapter/legacy-core/005_calc.sql
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

-- The end of the last paid period as of p_seq, else the opening day.
create function legacy.f_fr_dt(p_acno text, p_opn date, p_seq bigint) returns date
language plpgsql stable as $$
begin
  return coalesce((select period_to from core.interest_payout
                    where account_no = p_acno and seq <= p_seq order by seq desc limit 1), p_opn);
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

insert into legacy.schm_ver (file_nm, sha256) values ('005_calc.sql', 'e975cd899138303f6d509f8c8772b7a91af53e3f5287528bc6e21c1aab8e908e');

-- 0.1.0: legacy-core-adapter/legacy-core/006_answers.sql
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

-- 0.1.0: legacy-core-adapter/legacy-core/007_quote.sql
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

-- 0.1.0: legacy-core-adapter/legacy-core/008_payout.sql
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

-- The legacy core's own books of one payout, line by line.
create function legacy.f_put_books(q legacy.ty_rq, c legacy.ty_calc, p_id uuid) returns void
language plpgsql volatile as $$
declare
  v_jno bigint := nextval('legacy.jrnl_sq');
  v_dt legacy.ymd := legacy.f_ymd(c.bs_dt);
begin
  insert into legacy.jrnl (jrnl_no, biz_dt, guid, tr_cd, acno, core_sq, jrnl_ts)
  values (v_jno, v_dt, q.guid, 'DPI2100', q.acno, c.bs_seq + 1, core.bank_now());
  insert into legacy.jrnl_dtl (jrnl_no, ln_no, gl_cd, dc_gb, amt)
  select v_jno, l.ln_no, l.gl_cd, l.dc_gb, l.amt from legacy.f_lines(c) l;
  insert into legacy.acnt_hst (acno, jrnl_no, biz_dt, sgn, amt, bal_aft) values (q.acno, v_jno, v_dt, '+', c.net, c.bal + c.net);
  insert into legacy.payo_hst (payo_id, acno, biz_dt, jrnl_no, grs, net) values (p_id, q.acno, v_dt, v_jno, c.grs, c.net);
  insert into legacy.acrl_hst (payo_id, fr_dt, to_dt, days, dc_bs, num_sum)
  values (p_id, legacy.f_ymd(c.fr_dt), v_dt, c.bs_dt - c.fr_dt, c.dc_bs, c.num_sum);
  insert into legacy.chnl_key (csno, chkey, payo_id) values (q.csno, q.chkey, p_id);
end
$$;

-- Withholding-tax bookkeeping, inside the payout: lines by tax type and the month's remittance totals.
create function legacy.f_put_tax(c legacy.ty_calc, p_id uuid) returns void
language plpgsql volatile as $$
declare
  v_ym text := to_char(c.bs_dt, 'YYYYMM');
begin
  insert into legacy.tax_line (payo_id, tax_ty, tax_cd, rl_vr, bas_amt, tax_amt, rmt_ym)
  values (p_id, '01', c.tax_cd, c.rl_vr, c.grs, c.itx, v_ym);
  if c.ltx > 0 then
    insert into legacy.tax_line (payo_id, tax_ty, tax_cd, rl_vr, bas_amt, tax_amt, rmt_ym)
    values (p_id, '02', c.tax_cd, c.rl_vr, c.itx, c.ltx, v_ym);
  end if;
  if c.ftx > 0 then
    insert into legacy.tax_line (payo_id, tax_ty, tax_cd, rl_vr, bas_amt, tax_amt, rmt_ym)
    values (p_id, '03', c.tax_cd, c.rl_vr, c.grs, c.ftx, v_ym);
  end if;
  insert into legacy.tax_tot as t (rmt_ym, tax_ty, cnt, amt)
  select rmt_ym, tax_ty, 1, tax_amt from legacy.tax_line where payo_id = p_id order by tax_ty
  on conflict (rmt_ym, tax_ty) do update set cnt = t.cnt + 1, amt = t.amt + excluded.amt;
end
$$;

-- Running totals. Always in this order and by ascending key, so that two payouts never wait for each other in a circle.
create function legacy.f_put_tots(q legacy.ty_rq, c legacy.ty_calc) returns void
language plpgsql volatile as $$
declare
  v_dt legacy.ymd := legacy.f_ymd(c.bs_dt);
begin
  insert into legacy.cust_ytd as t (csno, yyyy, cnt, grs, tax)
  values (q.csno, to_char(c.bs_dt, 'YYYY'), 1, c.grs, c.grs - c.net)
  on conflict (csno, yyyy) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs, tax = t.tax + excluded.tax;
  insert into legacy.prd_tot as t (biz_dt, prd_cd, cnt, grs) values (v_dt, c.prd_cd, 1, c.grs)
  on conflict (biz_dt, prd_cd) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs;
  insert into legacy.br_tot as t (biz_dt, br_cd, cnt, net) values (v_dt, left(q.acno, 4), 1, c.net)
  on conflict (biz_dt, br_cd) do update set cnt = t.cnt + 1, net = t.net + excluded.net;
  insert into legacy.gl_tot as t (biz_dt, gl_cd, dr_amt, cr_amt)
  select v_dt, l.gl_cd, case l.dc_gb when 'D' then l.amt else 0 end, case l.dc_gb when 'C' then l.amt else 0 end
    from legacy.f_lines(c) l order by l.gl_cd
  on conflict (biz_dt, gl_cd) do update set dr_amt = t.dr_amt + excluded.dr_amt, cr_amt = t.cr_amt + excluded.cr_amt;
  insert into legacy.dly_tot as t (biz_dt, cnt, grs, net) values (v_dt, 1, c.grs, c.net)
  on conflict (biz_dt) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs, net = t.net + excluded.net;
end
$$;

insert into legacy.schm_ver (file_nm, sha256) values ('008_payout.sql', '21c434c7ce31d825e5df944077607baf88a0b808460d424546814ca095fdc48c');

-- 0.1.0: legacy-core-adapter/legacy-core/009_pay.sql
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

-- Writes a payout. If another request with the same key or for the same day has won although it did not hold this
-- account's lock, all of it is undone and the winner's receipt decides the answer: the unique keys are the last judge.
create function legacy.f_put_pay(q legacy.ty_rq, c legacy.ty_calc) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  v_id uuid;
  v_con text;
begin
  v_id := legacy.f_put_core(q, c);
  perform legacy.f_put_books(q, c, v_id);
  perform legacy.f_put_tax(c, v_id);
  perform legacy.f_put_tots(q, c);
  return legacy.f_rcpt_ans(v_id, 'N');
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

insert into legacy.schm_ver (file_nm, sha256) values ('009_pay.sql', '1ef0ee25ee9c7109c71860dc15fba80ad9ae062306e5e72a986ad47ed283e5e6');

-- 0.1.0: legacy-core-adapter/legacy-core/010_inquiry.sql
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

-- 0.1.0: legacy-core-adapter/legacy-core/011_rights.sql
-- The legacy core's process works on these books and on what core grants to its role; auditors read them.
revoke execute on all functions in schema legacy from public;
grant usage on schema legacy to legacy_core, auditor;
grant execute on all functions in schema legacy to legacy_core;
grant select on all tables in schema legacy to legacy_core, auditor;
grant insert on legacy.guid_log, legacy.jrnl, legacy.jrnl_dtl, legacy.acnt_hst, legacy.payo_hst, legacy.acrl_hst,
  legacy.chnl_key, legacy.tax_line to legacy_core;
grant update on legacy.guid_log to legacy_core;
grant insert, update on legacy.dly_tot, legacy.br_tot, legacy.prd_tot, legacy.gl_tot, legacy.tax_tot, legacy.cust_ytd
  to legacy_core;
grant usage on sequence legacy.jrnl_sq to legacy_core;

insert into legacy.schm_ver (file_nm, sha256) values ('011_rights.sql', 'e5c232abe35e7f9b51176834fcee84ed5ee3ac8919cf093269d989540eb174ce');

create schema comparator;
create table comparator.migration (file text primary key, applied_at timestamptz not null default now());

-- 0.1.0: comparator/src/store/schema/001_comparator.sql
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
