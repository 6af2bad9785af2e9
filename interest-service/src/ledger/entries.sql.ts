import type { EntityManager } from 'typeorm';
import type { Line } from '../domain/postings.ts';

/** An entry that changes a payout afterwards, valued today. */
export type NewEntry = {
  kind: 'REVERSAL' | 'CORRECTION';
  accountNo: string;
  /** The head must still stand here. */
  basisSeq: bigint;
  businessDate: string;
  amount: bigint;
  lines: Line[];
  /** The document behind it. */
  documentId: string;
  /** First day not paid any more; null: as it is. */
  paidThrough: string | null;
};

/**
 * Entry, lines, head and day balance in one statement, so that the ledger's checks see them together. The head moves
 * only if it still stands at the basis; all else follows from the head that moved.
 */
const POST_ENTRY = `
with given as materialized (
  select $1::text as account_no, $2::bigint as basis_seq, $3::text as kind, $4::bigint as amount, $5::date as today,
         $6::text as document_id, $7::date as paid_through, $8::text[] as gl_codes, $9::bigint[] as line_amounts,
         core.bank_now() as at
),
head as (
  update core.account a
     set balance = a.balance + g.amount, last_seq = a.last_seq + 1, paid_through = coalesce(g.paid_through, a.paid_through)
    from given g where a.account_no = g.account_no and a.last_seq = g.basis_seq
  returning g.*, a.balance, a.last_seq
),
entry as (
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel, channel_ref)
  select account_no, last_seq, kind, amount, balance, today, today, at, 'interest-service', document_id from head
),
lines as (
  insert into core.posting (account_no, seq, line_no, gl_code, amount)
  select h.account_no, h.last_seq, l.line_no, l.gl_code, l.amount
    from head h, unnest(h.gl_codes, h.line_amounts) with ordinality l (gl_code, amount, line_no)
),
day as (
  insert into core.day_balance (account_no, business_date, closing) select account_no, today, balance from head
  on conflict (account_no, business_date) do update set closing = excluded.closing
)
select last_seq::text as seq, balance::text as balance_after, at::text from head`;

/** The entry's position, the balance after it, and the bank's instant, exact. */
export type PostedEntry = { seq: string; balance_after: string; at: string };

export async function postEntry(manager: EntityManager, entry: NewEntry): Promise<PostedEntry> {
  const [posted] = await manager.query<PostedEntry[]>(POST_ENTRY, [
    entry.accountNo,
    entry.basisSeq,
    entry.kind,
    entry.amount,
    entry.businessDate,
    entry.documentId,
    entry.paidThrough,
    entry.lines.map((line) => line.glCode),
    entry.lines.map((line) => line.amount),
  ]);
  if (posted === undefined)
    throw new Error(`account head moved under the lock: ${entry.kind} was not written`);
  return posted;
}

/** Tells the tax book, in the transaction of the document. */
export async function putEvent(
  manager: EntityManager,
  eventId: string,
  event: { payoutId: string; accountNo: string },
): Promise<void> {
  await manager.query(
    'insert into interest.outbox (event_id, payout_id, account_no, payload) values ($1, $2, $3, $4)',
    [eventId, event.payoutId, event.accountNo, JSON.stringify(event)],
  );
}
