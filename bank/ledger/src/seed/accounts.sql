-- Synthetic customers and accounts number $1 to $2, with up to 90 days of history before business date $3.
-- Everything follows from the account's number and the fixed random seed $4: the same call makes the same bank.
-- One statement, so that each entry and its lines meet the checks of the ledger together.
with
  -- u(i, salt): a stable 31-bit number.
  numbers as materialized (
    select i, d.*
      from generate_series($1::bigint, $2::bigint) i
      cross join lateral (select
        abs(hashint8extended(i, $4::bigint + 1) % 1000)::int as kind_draw,
        abs(hashint8extended(i, $4::bigint + 2) % 1000)::int as size_draw,
        abs(hashint8extended(i, $4::bigint + 3) % 1000)::int as status_draw,
        abs(hashint8extended(i, $4::bigint + 4) % 91)::int as age_days,
        abs(hashint8extended(i, $4::bigint + 5) % 6)::int as movements,
        abs(hashint8extended(i, $4::bigint + 6) % 1000000)::bigint as fraction,
        abs(hashint8extended(i, $4::bigint + 7) % 22)::int as family_no,
        abs(hashint8extended(i, $4::bigint + 8) % 24)::int as given_no) d
  ),
  people as materialized (
    select i, 'C' || lpad(i::text, 9, '0') as customer_id, '1002' || lpad(i::text, 8, '0') as account_no,
           kind_draw, status_draw, movements,
           (array['김','이','박','최','정','강','조','윤','장','임','한','오','서','신','권','황','안','송','류','홍','펲','뷁'])[family_no + 1]
           || (array['민준','서연','도윤','지우','하준','수빈','예은','시우','유진','현우','지민','다은','똠이','힣수','은지','태윤','보라','하늘','슬기','가람','아라','누리','한별','샛별'])[given_no + 1] as name,
           -- A tenth of the accounts is younger than a week, some opened today.
           $3::date - case when kind_draw % 10 = 0 then age_days % 8 else 20 + age_days * 70 / 90 end as opened_on,
           case when kind_draw < 450 then 'DEMAND-FLAT' when kind_draw < 900 then 'DEMAND-SLICE' else 'DEMAND-WHOLE' end
             as product_code,
           case when kind_draw between 900 and 969 then 'corporation'
                when kind_draw % 100 < 3 then 'exempt' when kind_draw % 100 < 5 then 'preferential'
                when kind_draw % 100 < 8 then 'cooperative' when kind_draw % 100 < 11 then 'non-resident'
                when kind_draw % 100 < 12 then 'unconfirmed' when kind_draw % 200 = 13 then 'unknown'
                else 'resident' end as tax_class,
           -- Sizes from a few won to hundreds of millions, with the tier edges (one won below, at, above) in between.
           case when size_draw < 30 then 1 + fraction % 3000
                when size_draw < 350 then 10000 + fraction
                when size_draw < 750 then 1000000 + fraction * 9
                when size_draw < 900 then 10000000 + fraction * 60
                when size_draw < 930 then 50000000 + (size_draw % 3) - 1
                when size_draw < 950 then 100000000 + (size_draw % 3) - 1
                when size_draw < 960 then 10000000 + (size_draw % 3) - 1
                else 100000000 + fraction * 900 end as base_amount
      from numbers
  ),
  new_customers as (
    insert into core.customer (customer_id, name) select customer_id, name from people
  ),
  -- Step 0 opens the account; each later step moves the balance to a multiple of the base amount.
  steps as (
    select p.*, s as step,
           p.opened_on + ((($3::date - p.opened_on) * s + s) / (p.movements + 1))::int as day,
           greatest(1, case when s = 0 then p.base_amount
             else p.base_amount * (40 + abs(hashint8extended(p.i * 16 + s, $4::bigint + 9) % 120)) / 100 + s end) as target
      from people p cross join lateral generate_series(0, p.movements) s
  ),
  -- A step that would not move the balance is no movement.
  moves as materialized (
    select *, row_number() over (partition by i order by step) as seq
      from (select *, target - lag(target, 1, 0::bigint) over (partition by i order by step) as amount
              from (select *, least(day, $3::date) as on_day from steps) s) m
     where amount <> 0
  ),
  heads as (
    insert into core.account (account_no, customer_id, product_code, opened_on, balance, last_seq, paid_through)
    select distinct on (i) account_no, customer_id, product_code, opened_on, target, seq, opened_on
      from moves order by i, seq desc
  ),
  standings as (
    insert into core.account_standing
      (account_no, seq, account_status, customer_status, tax_class, treaty_rate, treaty_includes_local_tax, holds, business_date)
    select account_no, 0,
           case when status_draw < 12 then 'limited' when status_draw < 20 then 'suspended'
                when status_draw < 26 then 'dormant' when status_draw < 30 then 'closed' else 'active' end,
           case when status_draw between 30 and 34 then 'deceased' when status_draw between 35 and 37 then 'identity-theft'
                when status_draw between 38 and 40 then 'hacking-victim' else 'active' end,
           tax_class,
           case when tax_class = 'non-resident' then
             case kind_draw % 3 when 0 then 0.10 when 1 then 0.12 end end,
           kind_draw % 2 = 0,
           case when status_draw between 41 and 43 then array['payment-stop']
                when status_draw between 44 and 46 then array['seizure']
                when status_draw between 47 and 49 then array['pledge']
                when status_draw between 50 and 53 then array['deposit-stop']
                when status_draw between 54 and 59 then array['withdrawal-stop']
                when status_draw = 60 then array['withdrawal-stop', 'seizure'] else '{}' end, $3::date
      from people
  ),
  entries as (
    insert into core.account_txn
      (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
    select account_no, seq, case when step = 0 then 'OPENING' when amount > 0 then 'DEPOSIT' else 'WITHDRAWAL' end,
           amount, target, on_day, on_day, (on_day + time '10:00') at time zone 'Asia/Seoul', 'SEED'
      from moves
  ),
  lines as (
    insert into core.posting (account_no, seq, line_no, gl_code, amount)
    select account_no, seq, l.line_no, l.gl_code, l.sign * amount
      from moves cross join (values (1, 'CASH_CLEARING', 1), (2, 'CUSTOMER_DEPOSIT', -1)) l (line_no, gl_code, sign)
  )
insert into core.day_balance (account_no, business_date, closing)
select distinct on (i, on_day) account_no, on_day, target from moves order by i, on_day, seq desc;
