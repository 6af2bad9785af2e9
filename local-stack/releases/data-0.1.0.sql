-- The event and the tax book of the payout, as release 0.1.0 wrote them: the event has `version`, and an id of its own.
insert into interest.outbox (event_id, payout_id, account_no, payload, published_at)
select '00000000-0000-4000-8000-0000000000e1', payout_id, account_no,
       jsonb_build_object('kind', 'INTEREST_PAID', 'version', 1, 'payoutId', payout_id, 'accountNo', account_no,
         'customerId', customer_id, 'businessDate', business_date, 'basisSeq', basis_seq::text, 'taxClass', tax_class,
         'taxRuleVersion', tax_rule_version, 'gross', gross::text, 'incomeTax', income_tax::text,
         'localTax', local_tax::text, 'farmTax', farm_tax::text, 'net', net::text), clock_timestamp()
  from core.interest_payout;
insert into tax.inbox (event_id) select event_id from interest.outbox;
insert into tax.posting (payout_id, account_no, customer_id, business_date, tax_class, tax_rule_version, gross)
select payout_id, account_no, customer_id, business_date, tax_class, tax_rule_version, gross from core.interest_payout;
insert into tax.line select payout_id, 'INCOME_TAX', 2300 from tax.posting;
insert into tax.line select payout_id, 'LOCAL_TAX', 219 from tax.posting;
insert into tax.remittance_total select date_trunc('month', core.business_date())::date, tax_type, amount from tax.line;
