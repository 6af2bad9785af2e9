-- Three demand-deposit products. $1 = the bank's business date. The rate change thirty days ago falls inside
-- most periods; the 2022 tables are the published ones.
insert into core.product values
  ('DEMAND-FLAT', '자유입출금 통장'), ('DEMAND-SLICE', '나눠모으기 통장'), ('DEMAND-WHOLE', '기업 자유예금')
on conflict do nothing;

insert into core.product_terms
  (product_code, effective_from, day_count, tier_mode, corporate_allowed, pays_under_withdrawal_stop)
values
  ('DEMAND-FLAT', '2021-10-01', 'ACT/365F', 'slice', false, false),
  ('DEMAND-SLICE', '2021-10-01', 'ACT/365F', 'slice', false, true),
  ('DEMAND-WHOLE', '2021-10-01', 'ACT/ACT', 'whole', true, false)
on conflict do nothing;

insert into core.rate_tier (product_code, effective_from, tier_no, up_to, annual_rate)
select t.product_code, coalesce(t.effective_from, $1::date - 30), t.tier_no, t.up_to, t.annual_rate
  from (values
    ('DEMAND-FLAT', date '2021-10-01', 1, null::bigint, 0.02),
    ('DEMAND-FLAT', null, 1, null, 0.018),
    ('DEMAND-SLICE', '2021-10-01', 1, 100000000, 0.02),
    ('DEMAND-SLICE', '2021-10-01', 2, null, 0.001),
    ('DEMAND-SLICE', '2022-12-13', 1, 50000000, 0.023),
    ('DEMAND-SLICE', '2022-12-13', 2, null, 0.04),
    ('DEMAND-SLICE', null, 1, 50000000, 0.02),
    ('DEMAND-SLICE', null, 2, null, 0.035),
    ('DEMAND-WHOLE', '2021-10-01', 1, 10000000, 0.001),
    ('DEMAND-WHOLE', '2021-10-01', 2, 1000000000, 0.015),
    ('DEMAND-WHOLE', '2021-10-01', 3, null, 0.025)
  ) t (product_code, effective_from, tier_no, up_to, annual_rate)
on conflict do nothing;
