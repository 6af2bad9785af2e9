import { type Queryable, rowsOf } from './books-connection.ts';
import type { AccountHistory, Products } from './history.ts';
import { type HistoryRow, type ProductRow, readHistory, readProducts } from './history-row.ts';
import { CAPITALISATION_KEY_PREFIX } from './receipt.ts';

/** Whether the receipt `row` is of a scheduled payout. */
export const isScheduled = (row: string): string => `${row}.channel_key like '${CAPITALISATION_KEY_PREFIX}%'`;

const AMOUNTS = (row: string): string =>
  ['gross', 'income_tax', 'local_tax', 'farm_tax', 'net', 'balance_after', 'seq']
    .map((column) => `${row}.${column}::text`)
    .join(', ');

/**
 * $1 accounts. One row for each account, with everything that the books have about it. Each list is JSON of plain arrays,
 * because those parse ten times faster than rows. Money in them is text.
 */
const HISTORIES = `
select a.account_no, a.customer_id, a.product_code, a.opened_on::text, a.balance::text, a.last_seq::text,
       a.paid_through::text,
       (select json_agg(json_build_array(t.seq::text, t.kind, t.amount::text, t.balance_after::text, t.value_date,
                                         t.business_date, t.written_by::text) order by t.seq)
          from core.account_txn t where t.account_no = a.account_no) as entries,
       (select json_agg(json_build_array(p.seq::text, p.gl_code, p.amount::text) order by p.seq, p.line_no)
          from core.posting p where p.account_no = a.account_no) as lines,
       (select json_agg(json_build_array(s.seq::text, s.account_status, s.customer_status, s.tax_class,
                                         s.treaty_rate::text, s.treaty_includes_local_tax, s.holds) order by s.seq)
          from core.account_standing s where s.account_no = a.account_no) as standings,
       (select json_agg(json_build_array(d.business_date, d.closing::text) order by d.business_date)
          from core.day_balance d where d.account_no = a.account_no) as closings,
       (select json_agg(json_build_array(${AMOUNTS('r')}, r.payout_id, r.business_date, r.basis_seq::text,
                                         r.period_from, r.period_to, r.tax_class, r.tax_rule_version,
                                         ${isScheduled('r')})
                        order by r.seq)
          from core.interest_payout r where r.account_no = a.account_no) as receipts,
       (select json_agg(json_build_array(${AMOUNTS('v')}, v.payout_id, v.business_date, v.reopened_from) order by v.seq)
          from core.interest_payout r join core.interest_reversal v using (payout_id)
         where r.account_no = a.account_no) as reversals,
       (select json_agg(json_build_array(${AMOUNTS('c')}, c.payout_id, c.business_date, null) order by c.seq)
          from core.interest_payout r join core.interest_correction c using (payout_id)
         where r.account_no = a.account_no and c.seq is not null) as corrections
  from core.account a
 where a.account_no = any($1::text[])
 order by a.account_no`;

/** Every product with all its terms and rates, each with the first day on which it is in force. */
const PRODUCTS = `
select p.product_code,
       (select json_agg(to_jsonb(t) || jsonb_build_object('minimum_payable', t.minimum_payable::text)
                        order by t.effective_from)
          from core.product_terms t where t.product_code = p.product_code) as terms,
       (select json_agg(json_build_object('from', r.effective_from, 'upTo', r.up_to::text, 'rate', r.annual_rate::text)
                        order by r.effective_from, r.tier_no)
          from core.rate_tier r where r.product_code = p.product_code) as rates
  from core.product p`;

export async function readAllProducts(client: Queryable): Promise<Products> {
  return readProducts(await rowsOf<ProductRow>(client, PRODUCTS));
}

export async function historiesOf(
  client: Queryable,
  accountNos: readonly string[],
): Promise<AccountHistory[]> {
  return (await historyRowsOf(client, accountNos)).map(readHistory);
}

export function historyRowsOf(client: Queryable, accountNos: readonly string[]): Promise<HistoryRow[]> {
  return rowsOf<HistoryRow>(client, HISTORIES, [accountNos]);
}
