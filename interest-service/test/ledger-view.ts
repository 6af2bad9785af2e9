import type pg from 'pg';

/** What must be true of every account at any moment, in the words of the ledger; the accounts for which it is not. */
const BROKEN = `
with folded as (
  select account_no, sum(amount) as balance, max(seq) as last_entry from core.account_txn group by account_no),
paid as (
  select p.account_no, max(p.period_to) as paid_through from core.interest_payout p
   where not exists (select from core.interest_reversal r where r.payout_id = p.payout_id) group by p.account_no),
closings as (
  select t.account_no, t.value_date, sum(sum(t.amount)) over (partition by t.account_no order by t.value_date) as closing
    from core.account_txn t group by t.account_no, t.value_date)
select 'head is not the fold of the entries' as broken, a.account_no
  from core.account a join folded f using (account_no) where a.balance <> f.balance or a.last_seq < f.last_entry
union all
select 'paid through is not the end of the last standing payout', a.account_no
  from core.account a left join paid p using (account_no) where a.paid_through <> coalesce(p.paid_through, a.opened_on)
union all
select 'end-of-day balance is not the fold by value date', c.account_no
  from closings c left join core.day_balance d on d.account_no = c.account_no and d.business_date = c.value_date
 where d.closing is distinct from c.closing
union all
select 'entry does not balance', account_no from core.posting group by account_no, seq having sum(amount) <> 0
union all
select 'effect without exactly one event of the same amounts', e.account_no
  from core.interest_effect e left join interest.outbox o
    on o.payload ->> (case e.kind when 'PAYOUT' then 'payoutId' when 'REVERSAL' then 'reversalId' else 'correctionId' end)
       = e.effect_id::text and (e.kind = 'PAYOUT') = (o.payload ->> 'kind' = 'INTEREST_PAID')
 where e.core = 'new'
 group by e.account_no, e.effect_id, e.gross, e.net
having count(o.id) <> 1 or min(o.payload ->> 'gross') <> e.gross::text or min(o.payload ->> 'net') <> e.net::text`;

/** Empty when the ledger holds what it must. */
export async function brokenInvariants(owner: pg.Pool): Promise<unknown[]> {
  const { rows } = await owner.query(BROKEN);
  return rows;
}
