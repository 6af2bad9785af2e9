/** Columns of a fact as one line of text, in an order that never changes. A null differs from an empty text. */
const fact = (row: string, columns: string): string =>
  `concat_ws('|', ${columns
    .trim()
    .split(/\s+/)
    .map((column) => `quote_nullable(${row}.${column})`)
    .join(', ')})`;

const during = (row: string): string =>
  `${row}.business_date > $2::date and ${row}.business_date <= $3::date`;
const ofAccounts = (row: string): string => `${row}.account_no = any($1::text[]) and ${during(row)}`;

/** $1 accounts, $2 and $3 days: the digest of the facts of each account on those days, in canonical form 1. */
export const FACTS_OF_ACCOUNTS = `
with facts as (
  select t.account_no, t.seq, 'entry' as part, 0 as line_no,
         ${fact('t', 'kind amount balance_after value_date business_date posted_at channel channel_ref written_by')} as fact
    from core.account_txn t where ${ofAccounts('t')}
  union all
  select p.account_no, p.seq, 'line', p.line_no, ${fact('p', 'gl_code amount')}
    from core.account_txn t join core.posting p using (account_no, seq) where ${ofAccounts('t')}
  union all
  select r.account_no, r.seq, 'receipt', 0,
         ${fact(
           'r',
           `payout_id basis_seq customer_id channel_key request_hash memo core business_date period_from period_to currency
            gross income_tax local_tax farm_tax net balance_after tax_class tax_rule_version paid_at`,
         )}
    from core.interest_payout r where ${ofAccounts('r')}
  union all
  select v.account_no, v.seq, 'reversal', 0,
         ${fact(
           'v',
           `reversal_id payout_id basis_seq operator_id operator_key request_hash reason trace_id business_date gross
            income_tax local_tax farm_tax net balance_after reopened_from reversed_at`,
         )}
    from core.interest_reversal v where ${ofAccounts('v')}
  union all
  select c.account_no, coalesce(c.seq, c.movement_seq), 'correction', 0,
         ${fact(
           'c',
           `correction_id payout_id movement_seq seq business_date gross income_tax local_tax farm_tax net
            tax_rule_version balance_after corrected_at`,
         )}
    from core.interest_correction c where ${ofAccounts('c')}
  union all
  select s.account_no, s.seq, 'standing', 0,
         ${fact(
           's',
           'account_status customer_status tax_class treaty_rate treaty_includes_local_tax holds business_date',
         )}
    from core.account_standing s where ${ofAccounts('s')}
)
select account_no, count(*)::int as facts,
       encode(sha256(convert_to(string_agg(concat_ws('|', seq, part, line_no, fact), E'\\n'
                                           order by seq, part collate "C", line_no, fact collate "C"), 'UTF8')), 'hex') as digest
  from facts group by account_no order by account_no`;

/** The accounts of those days. A cursor takes no parameters, so the caller checks that the days are dates. */
export const accountsOf = (after: string, through: string): string => `
declare accounts_of_days no scroll cursor with hold for
select account_no from (
  ${['account_txn', 'interest_payout', 'interest_reversal', 'interest_correction', 'account_standing']
    .map(
      (table) =>
        `select account_no from core.${table} where business_date > '${after}' and business_date <= '${through}'`,
    )
    .join('\n  union\n  ')}) x
 order by account_no`;

/** Transactions that hold the lock of a writer on the ledger. */
export const WRITERS = `
select distinct l.virtualtransaction as id
  from pg_locks l
 where l.locktype = 'relation' and l.granted and l.mode = 'RowExclusiveLock' and l.pid <> pg_backend_pid()
   and l.database = (select oid from pg_database where datname = current_database())
   and l.relation in ('core.account_txn'::regclass, 'core.posting'::regclass, 'core.interest_payout'::regclass,
                      'core.interest_reversal'::regclass, 'core.interest_correction'::regclass,
                      'core.account_standing'::regclass)`;

const SEAL_COLUMNS = `
  business_date::text, form, accounts::text, facts::text, encode(digest, 'hex') as digest, previous_date::text,
  encode(previous_digest, 'hex') as previous_digest`;

/** $1 milliseconds since midnight in Seoul that must have passed. */
export const IS_DUE = `
select exists (select from core.day_seal)
   and (select max(business_date) from core.day_seal) < core.business_date() - 1
   and extract(epoch from (core.bank_now() at time zone 'Asia/Seoul') - core.business_date()::timestamp) * 1000 > $1
   as due`;

export const LAST_SEAL = `select ${SEAL_COLUMNS} from core.day_seal order by business_date desc limit 1`;
export const ALL_SEALS = `select ${SEAL_COLUMNS} from core.day_seal order by business_date`;

export const KEEP_SEAL = `
insert into core.day_seal (business_date, form, accounts, facts, digest, previous_date, previous_digest)
values ($1, $2, $3, $4, decode($5, 'hex'), $6, decode($7, 'hex'))`;
