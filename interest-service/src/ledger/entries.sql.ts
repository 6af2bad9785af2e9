import { Fault } from '@core-exit/process/faults';
import type { EntityManager } from 'typeorm';
import type { Line } from '../domain/postings.ts';
import { OutboxEntity } from './entities.ts';
import { INTEREST_FAULTS } from './faults.ts';

/** Channels of entries that no core posted: their receipts came with the history of another system. */
export const TAKEN_OVER_CHANNELS = `'CASES', 'MIGRATION'`;

/** SQL expressions over the columns of `given`, in which the writers of an entry differ. */
export type EntryColumns = { kind: string; amount: string; documentId: string; paidThrough: string };

/**
 * CTEs that write one ledger entry for each row of `given`: head, entry, lines and end-of-day balance in one statement, so
 * that the checks of the ledger see them together. A head moves only if it still stands at its basis; everything else
 * follows from the heads that moved.
 *
 * `given` has at least account_no, basis_seq, today, gl_codes, line_amounts and at. `head` has all columns of `given`,
 * and the new balance and last_seq.
 */
export const entryRows = ({ kind, amount, documentId, paidThrough }: EntryColumns): string => `
head as (
  update core.account a
     set balance = a.balance + g.${amount}, last_seq = a.last_seq + 1, paid_through = ${paidThrough}
    from given g
   where a.account_no = g.account_no and a.last_seq = g.basis_seq
  returning g.*, a.balance, a.last_seq
),
entry as (
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel, channel_ref)
  select account_no, last_seq, ${kind}, ${amount}, balance, today, today, at, 'interest-service', ${documentId} from head
),
lines as (
  insert into core.posting (account_no, seq, line_no, gl_code, amount)
  select h.account_no, h.last_seq, l.line_no, l.gl_code, l.amount
    from head h, unnest(h.gl_codes, h.line_amounts) with ordinality l (gl_code, amount, line_no)
),
day as (
  insert into core.day_balance (account_no, business_date, closing) select account_no, today, balance from head
  on conflict (account_no, business_date) do update set closing = excluded.closing
)`;

/** An entry that changes a payout afterwards, valued today. */
export type NewEntry = {
  kind: 'REVERSAL' | 'CORRECTION';
  accountNo: string;
  /** The head must still stand here. */
  basisSeq: bigint;
  businessDate: string;
  amount: bigint;
  lines: Line[];
  /** The reversal or the correction. */
  documentId: string;
  /** First day that is not paid any more; null: unchanged. */
  paidThrough: string | null;
};

const POST_ENTRY = `
with given as materialized (
  select $1::text as account_no, $2::bigint as basis_seq, $3::text as kind, $4::bigint as amount, $5::date as today,
         $6::text as document_id, $7::date as paid_through, $8::text[] as gl_codes, $9::bigint[] as line_amounts,
         core.bank_now() as at
),
${entryRows({
  kind: 'kind',
  amount: 'amount',
  documentId: 'document_id',
  paidThrough: 'coalesce(g.paid_through, a.paid_through)',
})}
select last_seq::text as seq, balance::text as "balanceAfter", at::text from head`;

/** The entry's position, the balance after it, and the bank's instant to the microsecond. */
export type PostedEntry = { seq: string; balanceAfter: string; at: string };

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
  if (posted === undefined) throw headMoved(`${entry.kind} ${entry.documentId}`);
  return posted;
}

/** The head of a locked account was not at the basis of the document: a bug of another writer. */
export function headMoved(document: string): Fault {
  return new Fault(
    INTEREST_FAULTS.HEAD_MOVED,
    `${document} was not written: the head of its account moved under the lock`,
  );
}

/** Puts a tax event into the outbox, in the transaction of its document. */
export async function putTaxEvent(
  manager: EntityManager,
  eventId: string,
  event: { payoutId: string; accountNo: string },
): Promise<void> {
  const { payoutId, accountNo } = event;
  await manager.insert(OutboxEntity, { eventId, payoutId, accountNo, payload: event });
}
