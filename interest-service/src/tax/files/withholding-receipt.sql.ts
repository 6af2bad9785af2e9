import type { DataSource } from 'typeorm';
import type { Holder, Withheld } from './withholding-receipt.ts';

const COLUMNS = `
  p.payout_id::text as "payoutId", p.account_no as "accountNo",
  jsonb_build_object('from', r.period_from, 'to', r.period_to) as period, p.tax_class as "taxClass",
  p.business_date::text as "paidOn", p.gross::text, p.income_tax::text as "incomeTax", p.local_tax::text as "localTax",
  p.farm_tax::text as "farmTax", p.net::text`;

/** Documents that this core booked: each has a number of its own. */
const BOOKED = `
select w.year || '-' || lpad(w.receipt_no::text, 10, '0') as "receiptNo", p.kind, ${COLUMNS}
  from tax.posting p
  join tax.withholding_receipt w using (posting_id)
  join core.interest_payout r on r.payout_id = p.payout_id`;

const OF_PAYOUT = `${BOOKED} where p.payout_id = $1 order by p.posted_at`;

/** A year of a customer: documents that this core booked, and payouts that the legacy core paid and booked itself. */
const OF_YEAR = `
select * from (
  ${BOOKED} where p.customer_id = $1 and p.statement_year = $2::int
  union all
  select null, 'INTEREST_PAID', ${COLUMNS}
    from core.interest_payout p join core.interest_payout r using (payout_id)
   where p.core = 'legacy' and p.customer_id = $1
     and p.business_date between make_date($2::int, 1, 1) and make_date($2::int, 12, 31)
) y order by "paidOn", "receiptNo"`;

const HOLDER_OF_CUSTOMER = `
select customer_id as "customerId", name, core.business_date()::text as today from core.customer where customer_id = $1`;

const HOLDER_OF_PAYOUT = `
select c.customer_id as "customerId", c.name, core.business_date()::text as today
  from core.customer c join core.interest_payout p using (customer_id) where p.payout_id = $1`;

/** What was withheld, and from which holder. Null: no such payout or customer, or nothing is booked. */
export type Found = { holder: Holder; items: Withheld[] } | null;

export const withheldOfPayout = (source: DataSource, payoutId: string): Promise<Found> =>
  find(source, [HOLDER_OF_PAYOUT, OF_PAYOUT], [payoutId]);

export const withheldInYear = (source: DataSource, customerId: string, year: string): Promise<Found> =>
  find(source, [HOLDER_OF_CUSTOMER, OF_YEAR], [customerId, year]);

async function find(
  source: DataSource,
  [whose, what]: [string, string],
  [id, ...more]: [string, ...string[]],
): Promise<Found> {
  const [holder] = await source.query<Holder[]>(whose, [id]);
  if (holder === undefined) return null;
  const items = await source.query<Withheld[]>(what, [id, ...more]);
  return items.length === 0 ? null : { holder, items };
}
