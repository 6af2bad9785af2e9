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
