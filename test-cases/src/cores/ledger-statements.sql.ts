/** $1 products: their terms, valid from 1900 on. */
export const LOAD_PRODUCTS = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as p (code text, "dayCount" text, tiers text, "roundingMode" text,
    "minimumPayable" bigint, "corporateAllowed" boolean, "paysUnderWithdrawalStop" boolean)),
products as (insert into core.product (product_code, name) select code, '시험 상품' from given returning product_code)
insert into core.product_terms
  (product_code, effective_from, day_count, tier_mode, rounding_mode, minimum_payable, corporate_allowed, pays_under_withdrawal_stop)
select code, date '1900-01-01', "dayCount", tiers, "roundingMode", "minimumPayable", "corporateAllowed", "paysUnderWithdrawalStop"
  from given join products on product_code = code`;

/** $1 products: their posted rates. */
export const LOAD_RATES = `
insert into core.rate_tier (product_code, effective_from, tier_no, up_to, annual_rate)
select p.code, r."from", t.no, (t.tier ->> 'upTo')::bigint, (t.tier ->> 'annualRate')::numeric
  from jsonb_to_recordset($1::jsonb) as p (code text, rates jsonb)
 cross join jsonb_to_recordset(p.rates) as r ("from" date, tiers jsonb)
 cross join lateral jsonb_array_elements(r.tiers) with ordinality as t (tier, no)`;

/** $1 accounts: holders, heads and standings, before any entry. */
export const LOAD_ACCOUNTS = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as a ("accountNo" text, "customerId" text, "newCustomer" boolean,
    "productCode" text, "openedOn" date, standing jsonb)),
holders as (
  insert into core.customer (customer_id, name) select "customerId", '홍길동' from given where "newCustomer"
  returning customer_id),
heads as (
  insert into core.account (account_no, customer_id, product_code, opened_on, balance, last_seq, paid_through)
  select "accountNo", "customerId", "productCode", "openedOn", 0, 0, "openedOn" from given
  returning account_no)
insert into core.account_standing
  (account_no, seq, account_status, customer_status, tax_class, treaty_rate, treaty_includes_local_tax, holds)
select account_no, 0, standing ->> 'accountStatus', standing ->> 'customerStatus', standing ->> 'taxClass',
       (standing -> 'treaty' ->> 'rate')::numeric, coalesce((standing -> 'treaty' ->> 'includesLocalTax')::boolean, true),
       array(select jsonb_array_elements_text(standing -> 'holds'))
  from given join heads on account_no = "accountNo"`;

/** $1 accounts: their entries, each with its two lines. */
export const LOAD_ENTRIES = `
with moves as (
  select a."accountNo", m.* from jsonb_to_recordset($1::jsonb) as a ("accountNo" text, movements jsonb)
   cross join jsonb_to_recordset(a.movements) as m (seq bigint, amount bigint, "balanceAfter" bigint, "valueDate" date, "postedOn" date)),
entries as (
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
  select "accountNo", seq, case when seq = 1 then 'OPENING' when amount > 0 then 'DEPOSIT' else 'WITHDRAWAL' end, amount,
         "balanceAfter", "valueDate", "postedOn", ("postedOn" + time '10:00') at time zone 'Asia/Seoul', 'CASES' from moves)
insert into core.posting (account_no, seq, line_no, gl_code, amount)
select "accountNo", seq, l.line_no, l.gl_code, l.sign * amount
  from moves cross join (values (1, 'CASH_CLEARING', 1), (2, 'CUSTOMER_DEPOSIT', -1)) l (line_no, gl_code, sign)`;

const receipt = (given: string) => `
with given as (${given}),
entries as (
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
  select account_no, seq, 'INTEREST', net, before + net, day, day, (day + time '09:00') at time zone 'Asia/Seoul', 'CASES'
    from given),
lines as (
  insert into core.posting (account_no, seq, line_no, gl_code, amount)
  select account_no, seq, row_number() over (partition by account_no order by l.ord), l.gl_code, l.amount
    from given cross join lateral (values (1, 'INTEREST_EXPENSE', gross), (2, 'CUSTOMER_DEPOSIT', -net),
      (3, 'WITHHELD_INCOME_TAX', -income_tax), (4, 'WITHHELD_LOCAL_TAX', -local_tax), (5, 'WITHHELD_FARM_TAX', -farm_tax))
      l (ord, gl_code, amount)
   where l.amount <> 0)
insert into core.interest_payout
  (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, core, business_date, period_from,
   period_to, gross, income_tax, local_tax, farm_tax, net, balance_after, tax_class, tax_rule_version, paid_at)
select gen_random_uuid(), account_no, seq, seq - 1, customer_id, 'cases-' || account_no || '-' || seq, 'cases', core, day,
       period_from, day, gross, income_tax, local_tax, farm_tax, net, before + net, 'cases', 'cases',
       (day + time '09:00') at time zone 'Asia/Seoul'
  from given`;

/** $1 accounts: a receipt of one won for each account that was paid today. */
export const LOAD_RECEIPTS = receipt(`
  select a."accountNo" as account_no, a."customerId" as customer_id, a."paidSeq" as seq, 'legacy' as core, a."paidOn" as day,
         a."openedOn" as period_from, 1::bigint as gross, 0::bigint as income_tax, 0::bigint as local_tax,
         0::bigint as farm_tax, 1::bigint as net,
         coalesce((select sum(t.amount) from core.account_txn t where t.account_no = a."accountNo"), 0)::bigint as before
    from jsonb_to_recordset($1::jsonb) as a
      ("accountNo" text, "customerId" text, "paidSeq" bigint, "paidOn" date, "openedOn" date)
   where a."paidOn" is not null`);

/** Books a rehearsed payout as history. $1 to $12: account, customer, seq, core, day, period from, amounts, balance before. */
export const BOOK_RECEIPT = receipt(`
  select $1::text as account_no, $2::text as customer_id, $3::bigint as seq, $4::text as core, $5::date as day,
         $6::date as period_from, $7::bigint as gross, $8::bigint as income_tax, $9::bigint as local_tax,
         $10::bigint as farm_tax, $11::bigint as net, $12::bigint as before`);

/** $1 account, $2 day, $3 net, $4 seq: head and end-of-day balances after a booked payout. */
export const MOVE_HEAD = `
with head as (
  update core.account set balance = balance + $3::bigint, last_seq = $4::bigint, paid_through = $2::date where account_no = $1)
select core.move_day_balances($1, $2::date, $3::bigint)`;

/** $1 accounts: heads and end-of-day balances, folded from their entries. */
export const LOAD_HEADS = `
with given as (select "accountNo" as account_no, "paidOn" as paid_on
                 from jsonb_to_recordset($1::jsonb) as a ("accountNo" text, "paidOn" date)),
entries as (select t.* from core.account_txn t join given using (account_no)),
days as (
  insert into core.day_balance (account_no, business_date, closing)
  select account_no, value_date, sum(sum(amount)) over (partition by account_no order by value_date)
    from entries group by account_no, value_date)
update core.account a
   set balance = e.balance, last_seq = e.last_seq, paid_through = coalesce(g.paid_on, a.paid_through)
  from (select account_no, sum(amount) as balance, max(seq) as last_seq from entries group by account_no) e
  join given g using (account_no)
 where a.account_no = e.account_no
returning a.account_no, a.last_seq::text, a.balance::text`;
