import { Fault } from '@core-exit/process/faults';
import pg from 'pg';
import { CASES_FAULTS } from '../faults.ts';

/** An account and the basis of one of its answers. */
export type AccountBasis = { accountNo: string; businessDate: string; ledgerSeq: string };

/**
 * An account at a basis, as the `given` of a row. The row contains neither the account number nor the holder. It has no `expect`,
 * because a person decides which answer is right.
 */
export async function capture(
  databaseUrl: string,
  { accountNo, businessDate, ledgerSeq }: AccountBasis,
): Promise<unknown> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ given: unknown }>(GIVEN, [accountNo, businessDate, ledgerSeq]);
    if (rows[0] === undefined) {
      throw new Fault(
        CASES_FAULTS.NOTHING_TO_CAPTURE,
        `no account ${accountNo} with entry ${ledgerSeq}, or no terms of its product on ${businessDate}`,
      );
    }
    return rows[0].given;
  } finally {
    await client.end();
  }
}

/** $1 account, $2 business date, $3 ledger seq. Entries, receipts and standing up to the seq, as both cores read them. */
const GIVEN = `
with basis as (
  select a.account_no, a.product_code, $2::date as day, $3::bigint as seq,
         coalesce((select max(period_to) from core.interest_payout p where p.account_no = a.account_no and p.seq <= $3::bigint
                      and not exists (select from core.interest_reversal r where r.payout_id = p.payout_id and r.seq <= $3::bigint)),
                  a.opened_on) as paid_through
    from core.account a where a.account_no = $1 and a.last_seq >= $3::bigint),
movements as (
  select t.value_date, sum(sum(t.amount)) over (order by t.value_date) as closing
    from core.account_txn t join basis b using (account_no)
   where t.seq <= b.seq and t.value_date <= b.day group by t.value_date),
balances as (
  select value_date, closing from movements
  union all
  select paid_through, 0 from basis
   where not exists (select from movements where value_date <= paid_through)),
tables as (
  select r.effective_from, jsonb_agg(jsonb_build_object('upTo', r.up_to::text, 'annualRate', trim_scale(r.annual_rate)::text)
           order by r.tier_no) as tiers
    from core.rate_tier r join basis b using (product_code) where r.effective_from <= b.day group by r.effective_from)
select jsonb_build_object(
  'product', jsonb_build_object(
    'dayCount', t.day_count, 'tiers', t.tier_mode,
    'rounding', jsonb_build_object('scale', t.rounding_scale, 'mode', t.rounding_mode),
    'rates', (select jsonb_agg(jsonb_build_object('from', effective_from, 'tiers', tiers) order by effective_from) from tables),
    'minimumPayable', t.minimum_payable::text, 'corporateAllowed', t.corporate_allowed,
    'paysUnderWithdrawalStop', t.pays_under_withdrawal_stop),
  'balances', (select jsonb_agg(jsonb_build_object('from', value_date, 'closing', closing::text) order by value_date)
                 from balances where value_date >= coalesce(
                   (select max(value_date) from balances where value_date <= b.paid_through), b.paid_through)),
  'period', jsonb_build_object('from', b.paid_through, 'to', b.day),
  'taxClass', s.tax_class, 'customerStatus', s.customer_status, 'accountStatus', s.account_status, 'holds', to_jsonb(s.holds))
  || case when s.treaty_rate is null then '{}' else jsonb_build_object('treaty', jsonb_build_object(
       'rate', trim_scale(s.treaty_rate)::text, 'includesLocalTax', s.treaty_includes_local_tax)) end
  || case when exists (select from core.interest_payout p where p.account_no = b.account_no and p.seq <= b.seq
                          and p.business_date = b.day) then '{"paidToday": true}'::jsonb else '{}' end as given
  from basis b
 cross join lateral (select * from core.product_terms pt where pt.product_code = b.product_code and pt.effective_from <= b.day
                      order by pt.effective_from desc limit 1) t
 cross join lateral (select * from core.account_standing st where st.account_no = b.account_no and st.seq <= b.seq
                      order by st.seq desc limit 1) s`;
