-- Data of a bank at work, with only columns that every release has: two accounts, a back-dated deposit, a change of standing, and a
-- payout of the new core.
insert into core.product values ('DEMAND-FLAT', 'demand deposit');
insert into core.product_terms (product_code, effective_from, day_count, tier_mode) values ('DEMAND-FLAT', '2021-10-01', 'ACT/365F', 'slice');
insert into core.rate_tier values ('DEMAND-FLAT', '2021-10-01', 1, null, 0.02);
insert into core.customer values ('C000000001', 'Kim'), ('C000000002', 'Lee');
insert into core.account (account_no, customer_id, product_code, opened_on, balance, last_seq, paid_through) values
  ('110000000001', 'C000000001', 'DEMAND-FLAT', core.business_date() - 40, 0, 0, core.business_date() - 40),
  ('110000000002', 'C000000002', 'DEMAND-FLAT', core.business_date() - 40, 0, 0, core.business_date() - 40);
insert into core.account_standing (account_no, seq, account_status, customer_status, tax_class) values
  ('110000000001', 0, 'active', 'active', 'resident'), ('110000000002', 0, 'active', 'active', 'unconfirmed');
select core.post_movement('110000000001', 10000000, core.business_date() - 30, 'BRANCH', 'deposit-1');
select core.post_movement('110000000002', 5000000, null, 'ATM', 'deposit-2');
select core.change_standing('110000000002', null, null, 'resident', null);

insert into core.account_txn
  (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
values ('110000000001', 2, 'INTEREST', 13919, 10013919, core.business_date(), core.business_date(), core.bank_now(), 'NEW_CORE');
insert into core.posting (account_no, seq, line_no, gl_code, amount) values
  ('110000000001', 2, 1, 'INTEREST_EXPENSE', 16438), ('110000000001', 2, 2, 'WITHHELD_INCOME_TAX', -2300),
  ('110000000001', 2, 3, 'WITHHELD_LOCAL_TAX', -219), ('110000000001', 2, 4, 'CUSTOMER_DEPOSIT', -13919);
insert into core.interest_payout
  (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, core, business_date, period_from, period_to,
   gross, income_tax, local_tax, net, balance_after, tax_class, tax_rule_version, paid_at)
values ('00000000-0000-4000-8000-000000000001', '110000000001', 2, 1, 'C000000001', 'key-00000001', 'hash', 'new',
        core.business_date(), core.business_date() - 40, core.business_date(), 16438, 2300, 219, 13919, 10013919, 'resident',
        '2026-01', core.bank_now());
update core.account set balance = 10013919, last_seq = 2, paid_through = core.business_date() where account_no = '110000000001';

insert into legacy.dly_tot values ('20261101', 1, 16438, 13919);
insert into comparator.signature
  (id, operation, parts, count, first_seen_at, last_seen_at, first_comparison, told_count, told_at)
values ('s1', 'interest.payout', '["/net"]', 3, now(), now(), 'c1', 3, now());
insert into comparator.verdict_count values
  ('shadow', '2026-11-01T00:00:00Z', 'interest.payout', '{"product": "DEMAND-FLAT"}', 'legacy', 'match', '2026-11-01T00:00:00Z', 7);
