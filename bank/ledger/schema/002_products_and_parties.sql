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
