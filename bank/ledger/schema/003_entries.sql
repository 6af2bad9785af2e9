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
