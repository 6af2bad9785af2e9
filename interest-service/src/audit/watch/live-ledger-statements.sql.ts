import { TAKEN_OVER_CHANNELS } from '../../ledger/entries.sql.ts';
import { isScheduled } from '../../ledger/history.sql.ts';

export const POSITION = 'select txid_current_snapshot()::text as position';

/** Interest of the same day is searched in this many earlier entries; a busy account has some hundred a day. */
const ENTRIES_BACK = 1_000;

/**
 * $1, $2 positions, $3 and $4 the last entry of the previous page, $5 limit. Selects the entries whose transaction is committed in
 * the second snapshot and was not in the first: each entry exactly once, whenever its transaction committed. The lowest
 * transaction that still ran in the first snapshot lets the block range index find them.
 */
export const ENTRIES_BETWEEN = `
select t.account_no, t.seq::text, t.kind, t.amount::text, t.balance_after::text, t.business_date::text,
       t.written_by = (select o.written_by from core.account_txn o
                        where o.account_no = t.account_no order by o.seq limit 1) as taken_over,
       coalesce((select b.balance_after from core.account_txn b where b.account_no = t.account_no and b.seq < t.seq
                  order by b.seq desc limit 1), 0)::text as balance_before,
       l.count, l.sum, l.customer,
       case when t.kind <> 'INTEREST' then 0 else
         (select count(*) from (select e.kind, e.business_date from core.account_txn e
                                 where e.account_no = t.account_no and e.seq < t.seq
                                 order by e.seq desc limit ${ENTRIES_BACK}) e
           where e.kind = 'INTEREST' and e.business_date = t.business_date) end::int as interest_before,
       a.balance::text as head_balance, a.last_seq::text as head_seq,
       greatest((select max(e.seq) from core.account_txn e where e.account_no = t.account_no),
                (select max(s.seq) from core.account_standing s where s.account_no = t.account_no))::text as history_end,
       (select d.closing from core.day_balance d where d.account_no = t.account_no
         order by d.business_date desc limit 1)::text as last_closing,
       (select to_jsonb(s) || jsonb_build_object('treaty_rate', s.treaty_rate::text) from core.account_standing s
         where s.account_no = t.account_no and s.seq < t.seq order by s.seq desc limit 1) as standing,
       r.payout_id, r.net::text, r.core, ${isScheduled('r')} as is_scheduled,
       p.corporate_allowed, p.pays_under_withdrawal_stop,
       exists (select from core.day_seal x where x.business_date >= t.business_date and x.sealed_by < t.written_by)
         as intruded
  from core.account_txn t
  left join core.account a on a.account_no = t.account_no
  left join lateral (
    select count(*)::int as count, coalesce(sum(amount), 0)::text as sum,
           coalesce(-sum(amount) filter (where gl_code = 'CUSTOMER_DEPOSIT'), 0)::text as customer
      from core.posting p where p.account_no = t.account_no and p.seq = t.seq) l on true
  left join core.interest_payout r
    on r.account_no = t.account_no and r.business_date = t.business_date and r.seq = t.seq
  left join lateral (
    select corporate_allowed, pays_under_withdrawal_stop from core.product_terms c
     where c.product_code = a.product_code and c.effective_from <= t.business_date
     order by c.effective_from desc limit 1) p on true
 where t.written_by >= txid_snapshot_xmin($1::txid_snapshot)
   and not txid_visible_in_snapshot(t.written_by, $1::txid_snapshot)
   and txid_visible_in_snapshot(t.written_by, $2::txid_snapshot)
   and (t.account_no, t.seq) > ($3::text, $4::bigint)
 order by t.account_no, t.seq limit $5`;

/** $1 the last account of the previous check, $2 how many. */
export const ACCOUNTS_AFTER =
  'select account_no from core.account where account_no > $1 order by account_no limit $2';

export const OPEN_TAX_POSTINGS = `
select r.payout_id, r.account_no, r.seq::text from core.interest_payout r
 where r.core = 'new' and r.business_date >= core.business_date() - 1
   and exists (select from interest.outbox o where o.event_id = r.payout_id)
   and not exists (select from tax.posting p where p.posting_id = r.payout_id)
 order by r.paid_at`;

/** $1 payouts. The tax of payouts from another system was booked there. */
export const STILL_OPEN = `
select id::text from unnest($1::uuid[]) id
 where not exists (select from tax.posting p where p.posting_id = id)
   and not exists (select from core.interest_payout r join core.account_txn t using (account_no, seq)
                    where r.payout_id = id and t.channel in (${TAKEN_OVER_CHANNELS}))`;
