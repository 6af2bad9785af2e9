import type { DataSource } from 'typeorm';
import type { AccountSnapshot } from '../domain/interest.ts';
import type { Accounts } from './account.ts';
import { type AccountSqlRow, readAccount } from './account-row.ts';
import { asLedgerFault } from './database-faults.ts';

/**
 * Terms and rates of the account `a` in force on the date of the basis `b`. A rate table that begins later cannot change
 * the answer. JSON has money as text.
 */
const TERMS_AND_RATES = `
  (select to_jsonb(t) || jsonb_build_object('minimum_payable', t.minimum_payable::text) from core.product_terms t
    where t.product_code = a.product_code and t.effective_from <= b.business_date
    order by t.effective_from desc limit 1) as terms,
  (select jsonb_agg(jsonb_build_object('from', r.effective_from, 'upTo', r.up_to::text, 'rate', r.annual_rate::text)
                    order by r.effective_from, r.tier_no)
     from core.rate_tier r
    where r.product_code = a.product_code and r.effective_from < b.business_date) as rates`;

/** The present state of the account `a` at the basis `b`, read from the head and the end-of-day balances. */
export const ACCOUNT_NOW_COLUMNS = `
       a.account_no, a.customer_id, a.balance::text, a.last_seq::text as ledger_seq, a.last_seq::text as head_seq,
       a.opened_on::text, a.paid_through::text, b.business_date::text,
       exists (select from core.interest_payout p
                where p.account_no = a.account_no and p.business_date = b.business_date) as paid_today,
       (select to_jsonb(s) || jsonb_build_object('treaty_rate', s.treaty_rate::text) from core.account_standing s
         where s.account_no = a.account_no order by s.seq desc limit 1) as standing,
       ${TERMS_AND_RATES},
       (select jsonb_agg(jsonb_build_object('from', d.business_date, 'closing', d.closing::text)
                         order by d.business_date)
          from core.day_balance d
         where d.account_no = a.account_no and d.business_date < b.business_date
           and d.business_date >= coalesce(
             (select max(e.business_date) from core.day_balance e
               where e.account_no = a.account_no and e.business_date <= a.paid_through), a.paid_through)) as closings`;

/** The bank's date, read once in a statement. */
export const BASIS_NOW = '(select core.business_date() as business_date) b';

/** $1 account. */
export const ACCOUNT_NOW = `
select ${ACCOUNT_NOW_COLUMNS}
  from core.account a
 cross join ${BASIS_NOW}
 where a.account_no = $1`;

/** $1 account, $2 business date, $3 ledger seq. The state as of a basis: the append-only history folded up to that position. */
export const ACCOUNT_AS_OF = `
select a.account_no, a.customer_id, a.last_seq::text as head_seq, b.ledger_seq::text, b.business_date::text,
       a.opened_on::text,
       coalesce((select t.balance_after from core.account_txn t
                  where t.account_no = a.account_no and t.seq <= b.ledger_seq
                  order by t.seq desc limit 1), 0)::text as balance,
       coalesce((select max(p.period_to) from core.interest_payout p
                  where p.account_no = a.account_no and p.seq <= b.ledger_seq
                    and not exists (select from core.interest_reversal r
                                     where r.payout_id = p.payout_id and r.seq <= b.ledger_seq)),
                a.opened_on)::text as paid_through,
       exists (select from core.interest_payout p
                where p.account_no = a.account_no and p.seq <= b.ledger_seq
                  and p.business_date = b.business_date) as paid_today,
       (select to_jsonb(s) || jsonb_build_object('treaty_rate', s.treaty_rate::text) from core.account_standing s
         where s.account_no = a.account_no and s.seq <= b.ledger_seq order by s.seq desc limit 1) as standing,
       ${TERMS_AND_RATES},
       (select jsonb_agg(jsonb_build_object('from', m.value_date, 'closing', m.closing::text) order by m.value_date)
          from (select t.value_date, sum(sum(t.amount)) over (order by t.value_date) as closing
                  from core.account_txn t
                 where t.account_no = a.account_no and t.seq <= b.ledger_seq and t.value_date < b.business_date
                 group by t.value_date) m) as closings
  from core.account a
 cross join (select $2::date as business_date, $3::bigint as ledger_seq) b
 where a.account_no = $1`;

/** $1 account. */
const HEAD = `
select customer_id as "customerId", last_seq::text as "lastSeq", core.business_date()::text as "businessDate"
  from core.account where account_no = $1`;

/** The accounts of the shared core ledger in PostgreSQL. */
export function postgresAccounts(source: DataSource): Accounts {
  const firstRow = async <Row>(sql: string, values: unknown[]): Promise<Row | undefined> => {
    try {
      const [row] = await source.query<Row[]>(sql, values);
      return row;
    } catch (fault) {
      throw asLedgerFault(fault);
    }
  };
  return {
    async head(accountNo) {
      const head = await firstRow<{ customerId: string; lastSeq: string; businessDate: string }>(HEAD, [
        accountNo,
      ]);
      if (head === undefined) return null;
      const { customerId, lastSeq, businessDate } = head;
      return { customerId, ledgerSeq: BigInt(lastSeq), businessDate };
    },
    async now(accountNo) {
      const row = await firstRow<AccountSqlRow>(ACCOUNT_NOW, [accountNo]);
      return row === undefined ? null : readAccount(row);
    },
    async asOf(accountNo, { businessDate, ledgerSeq }) {
      const row = await firstRow<AccountSqlRow>(ACCOUNT_AS_OF, [accountNo, businessDate, ledgerSeq]);
      return row === undefined ? 'no-account' : readAsOf(row);
    },
  };
}

/** The account had a history at that position, was open on that day, and its product had terms. */
function readAsOf(row: AccountSqlRow): AccountSnapshot | 'no-basis' {
  const isBasis =
    BigInt(row.ledger_seq) <= BigInt(row.head_seq) &&
    row.business_date >= row.opened_on &&
    row.terms !== null;
  return isBasis ? readAccount(row) : 'no-basis';
}
