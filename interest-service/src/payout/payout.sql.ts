import { ACCOUNT_NOW_COLUMNS, BASIS_NOW } from '../ledger/account.sql.ts';
import { RECEIPT_COLUMNS } from './receipts.sql.ts';

/**
 * The statements of a payout, each a prepared one with a name. Every parameter stands in its text exactly once and in
 * order, and no text has a colon before a letter: so pgbench can send the very same bytes (`npm run bench -- payout`).
 */
export type Prepared = { readonly name: string; readonly text: string };

/** $1 account, $2 customer. A stranger neither waits for the lock of an account nor gets it. */
export const LOCK_ACCOUNT: Prepared = {
  name: 'payout_lock',
  text: 'select last_seq from core.account where account_no = $1 and customer_id = $2 for update',
};

/**
 * $1 key, $2 account. The account as it is now, and what its customer's key already stands for; and the id of the
 * payout that may follow. Ids ascend with time (version 7), so that the indexes of receipts and events grow at one end.
 */
export const READ_ACCOUNT: Prepared = {
  name: 'payout_read',
  text: `
select ${ACCOUNT_NOW_COLUMNS},
       uuidv7()::text as payout_id,
       (select to_jsonb(r) from (select ${RECEIPT_COLUMNS} from core.interest_payout p
         where p.customer_id = a.customer_id and p.channel_key = k.channel_key) r) as earlier_receipt,
       (select jsonb_build_object('request_hash', r.request_hash, 'problem', r.problem) from interest.reply r
         where r.customer_id = a.customer_id and r.channel_key = k.channel_key) as earlier_refusal
  from core.account a
 cross join ${BASIS_NOW}
 cross join (select $1::text as channel_key) k
 where a.account_no = $2`,
};

/**
 * Everything a payout writes, in one statement, so that the ledger's checks see it together and one round trip does.
 * The head moves only if it still stands at the basis, and all else follows from the head that moved.
 */
export const WRITE_PAYOUT: Prepared = {
  name: 'payout_write',
  text: `
with given as materialized (
  select $1::text as account_no, $2::bigint as basis_seq, $3::bigint as net, $4::uuid as payout_id,
         $5::date as today, $6::text[] as gl_codes, $7::bigint[] as line_amounts, $8::text as customer_id,
         $9::text as channel_key, $10::text as request_hash, $11::text as memo, $12::date as period_from,
         $13::bigint as gross, $14::bigint as income_tax, $15::bigint as local_tax, $16::bigint as farm_tax,
         $17::text as tax_class, $18::text as tax_rule_version, $19::jsonb as event, core.bank_now() as at
),
head as (
  update core.account a
     set balance = a.balance + g.net, last_seq = a.last_seq + 1, paid_through = g.today
    from given g
   where a.account_no = g.account_no and a.last_seq = g.basis_seq
  returning g.*, a.balance, a.last_seq
),
entry as (
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel, channel_ref)
  select account_no, last_seq, 'INTEREST', net, balance, today, today, at, 'interest-service', payout_id::text from head
),
lines as (
  insert into core.posting (account_no, seq, line_no, gl_code, amount)
  select h.account_no, h.last_seq, l.line_no, l.gl_code, l.amount
    from head h, unnest(h.gl_codes, h.line_amounts) with ordinality l (gl_code, amount, line_no)
),
day as (
  insert into core.day_balance (account_no, business_date, closing) select account_no, today, balance from head
  on conflict (account_no, business_date) do update set closing = excluded.closing
),
receipt as (
  insert into core.interest_payout
    (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, memo, core, business_date,
     period_from, period_to, gross, income_tax, local_tax, farm_tax, net, balance_after, tax_class, tax_rule_version,
     paid_at)
  select payout_id, account_no, last_seq, basis_seq, customer_id, channel_key, request_hash, memo, 'new', today,
         period_from, today, gross, income_tax, local_tax, farm_tax, net, balance, tax_class, tax_rule_version, at
    from head
),
event as (
  insert into interest.outbox (event_id, payout_id, account_no, payload)
  select payout_id, payout_id, account_no, event from head
)
select balance::text as balance_after, floor(extract(epoch from at) * 1000)::text as paid_at_ms from head`,
};

/** A refusal, kept as the answer of its key, with every reason for the audit. */
export const WRITE_REFUSAL: Prepared = {
  name: 'payout_refuse',
  text: `
with given as materialized (
  select $1::text as customer_id, $2::text as channel_key, $3::text as request_hash, $4::jsonb as problem,
         $5::text as account_no, $6::text as trace_id, $7::date as business_date, $8::bigint as ledger_seq,
         $9::text as code, $10::text[] as reasons
),
kept as (
  insert into interest.reply (customer_id, channel_key, request_hash, problem)
  select customer_id, channel_key, request_hash, problem from given
)
insert into interest.refusal_audit (customer_id, account_no, trace_id, business_date, ledger_seq, code, reasons)
select customer_id, account_no, trace_id, business_date, ledger_seq, code, reasons from given`,
};
