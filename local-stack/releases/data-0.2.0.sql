-- The event and the tax book of the payout, as release 0.2.0 wrote them, and rows of what 0.1.0 did not have.
insert into interest.outbox (event_id, payout_id, account_no, payload, published_at)
select payout_id, payout_id, account_no,
       jsonb_build_object('kind', 'INTEREST_PAID', 'schemaVersion', '1.0', 'payoutId', payout_id, 'accountNo', account_no,
         'customerId', customer_id, 'businessDate', business_date, 'basisSeq', basis_seq::text, 'taxClass', tax_class,
         'taxRuleVersion', tax_rule_version, 'gross', gross::text, 'incomeTax', income_tax::text,
         'localTax', local_tax::text, 'farmTax', farm_tax::text, 'net', net::text), clock_timestamp()
  from core.interest_payout;
insert into tax.inbox (event_id) select event_id from interest.outbox;
insert into tax.posting
  (posting_id, kind, payout_id, account_no, customer_id, business_date, statement_year, tax_class, tax_rule_version,
   gross, income_tax, local_tax, farm_tax, net)
select payout_id, 'INTEREST_PAID', payout_id, account_no, customer_id, business_date, extract(year from business_date),
       tax_class, tax_rule_version, gross, income_tax, local_tax, farm_tax, net
  from core.interest_payout;
insert into tax.line select posting_id, 'INCOME_TAX', business_date, gross, income_tax from tax.posting;
insert into interest.reply (customer_id, channel_key, request_hash, problem)
values ('C000000002', 'key-00000002', 'hash', '{"code": "NOTHING_TO_PAY"}');
insert into rollout.stage (flag, stage, since, shadow, primary_core, held, entered_clock)
values ('interest-payout', 'shadow', '2026-11-01T00:00:00.000Z', 1, 'legacy', false, now());
select rollout.append_decision('interest-payout', '{"action": "init"}');
insert into adapter.payout_sent (guid, account_no, customer_id, channel_key, trace_id, due_at, next_inquiry_at)
values (repeat('0', 32), '110000000002', 'C000000002', 'key-00000003', 'trace', now(), now());
