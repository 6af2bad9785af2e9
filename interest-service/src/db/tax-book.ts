import type { DataSource } from 'typeorm';
import type { TaxBook } from '../flows/tax-posting.ts';

/** One statement, so one transaction: the inbox row and its effect commit together or not at all. */
const POST = `
with taken as (
  insert into tax.inbox (event_id) values ($1) on conflict do nothing returning event_id
),
posted as (
  insert into tax.posting
    (payout_id, account_no, customer_id, business_date, tax_class, tax_rule_version, gross)
  select $2::uuid, $3, $4, $5::date, $6, $7, $8 from taken
  returning payout_id
),
withheld as (
  select p.payout_id, t.tax_type, t.amount
    from posted p,
         (values ('INCOME_TAX', $9::bigint), ('LOCAL_TAX', $10::bigint), ('FARM_TAX', $11::bigint)) t (tax_type, amount)
   where t.amount > 0
),
lines as (
  insert into tax.line (payout_id, tax_type, amount) select payout_id, tax_type, amount from withheld
),
totals as (
  insert into tax.remittance_total (month, tax_type, amount)
  select date_trunc('month', $5::date)::date, tax_type, amount from withheld
  on conflict (month, tax_type) do update set amount = remittance_total.amount + excluded.amount
)
select count(*)::int as posted from posted`;

export function postgresTaxBook(source: DataSource): TaxBook {
  return {
    async post(eventId, event) {
      const [row] = await source.query<{ posted: number }[]>(POST, [
        eventId,
        event.payoutId,
        event.accountNo,
        event.customerId,
        event.businessDate,
        event.taxClass,
        event.taxRuleVersion,
        event.gross,
        event.incomeTax,
        event.localTax,
        event.farmTax,
      ]);
      return row?.posted === 1 ? 'posted' : 'seen before';
    },
  };
}
