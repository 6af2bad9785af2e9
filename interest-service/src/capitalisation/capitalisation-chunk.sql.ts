import type { DataSource, EntityManager } from 'typeorm';
import { ACCOUNT_NOW_COLUMNS, BASIS_NOW } from '../ledger/account.sql.ts';
import { type AccountSqlRow, readAccount } from '../ledger/account-row.ts';
import type { NewPayout } from '../ledger/ports.ts';
import { interestPaid } from '../ledger/tax-event.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { Chunk, ChunkTransaction } from './capitalisation-chunk.ts';

/** Held that often, an account is left for the next call: somebody should look who holds it. */
export const MAX_TRIES = 30;

const CLAIM = {
  fresh: 'tries = 0',
  tried: `tries between 1 and ${MAX_TRIES - 1}`,
};

/** Chunks of a run, each in a transaction of its own. */
export function chunkTransactions(source: DataSource) {
  return <T>(work: (tx: ChunkTransaction) => Promise<T>): Promise<T> =>
    inTransaction(source, (manager) => work(chunkTransaction(manager)));
}

function chunkTransaction(manager: EntityManager): ChunkTransaction {
  return {
    async claim(dueOn, which) {
      const [chunk] = await manager.query<{ chunk_no: number; to_do: string[] }[]>(
        `select chunk_no, to_do from interest.capitalisation_chunk
          where due_on = $1 and to_do <> '{}' and ${CLAIM[which]}
          order by tries, chunk_no limit 1 for update skip locked`,
        [dueOn],
      );
      return chunk === undefined ? null : { chunkNo: chunk.chunk_no, accounts: chunk.to_do };
    },
    async lockFree(accounts) {
      const rows = await manager.query<{ account_no: string }[]>(
        `select account_no from core.account where account_no = any($1) order by account_no for update skip locked`,
        [accounts],
      );
      return rows.map((row) => row.account_no);
    },
    async read(accounts) {
      const rows = await manager.query<AccountSqlRow[]>(
        `select ${ACCOUNT_NOW_COLUMNS} from core.account a cross join ${BASIS_NOW} where a.account_no = any($1)`,
        [accounts],
      );
      return rows.map(readAccount);
    },
    pay: (payouts) => writePayouts(manager, payouts),
    settle: (dueOn, chunk, done) => settle(manager, dueOn, chunk, done),
  };
}

/**
 * Everything that many payouts write, in one statement, as for a single one: each head moves only if it still stands at
 * its basis, and all else follows from the heads that moved.
 */
const WRITE_PAYOUTS = `
with given as materialized (
  select g.*, bank.at
    from jsonb_to_recordset($1::jsonb) as g (
           payout_id uuid, account_no text, basis_seq bigint, customer_id text, channel_key text, request_hash text,
           memo text, today date, period_from date, gross bigint, income_tax bigint, local_tax bigint, farm_tax bigint,
           net bigint, tax_class text, tax_rule_version text, lines jsonb, event jsonb),
         (select core.bank_now() as at) bank
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
  select h.account_no, h.last_seq, l.line_no, l.line ->> 'glCode', (l.line ->> 'amount')::bigint
    from head h, jsonb_array_elements(h.lines) with ordinality l (line, line_no)
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
select count(*)::int as written from head`;

async function writePayouts(manager: EntityManager, payouts: NewPayout[]): Promise<void> {
  const [row] = await manager.query<{ written: number }[]>(WRITE_PAYOUTS, [
    JSON.stringify(payouts.map(given)),
  ]);
  if (row?.written !== payouts.length) {
    throw new Error(
      `${row?.written} of ${payouts.length} heads stood at their basis: nothing of the chunk is written`,
    );
  }
}

/** Money as text: a JSON number could be a float. */
function given(payout: NewPayout) {
  return {
    payout_id: payout.payoutId,
    account_no: payout.accountNo,
    basis_seq: String(payout.basisSeq),
    customer_id: payout.customerId,
    channel_key: payout.channelKey,
    request_hash: payout.requestHash,
    memo: payout.memo,
    today: payout.businessDate,
    period_from: payout.period.from,
    gross: String(payout.gross),
    income_tax: String(payout.incomeTax),
    local_tax: String(payout.localTax),
    farm_tax: String(payout.farmTax),
    net: String(payout.net),
    tax_class: payout.taxClass,
    tax_rule_version: payout.taxRuleVersion,
    lines: payout.lines.map(({ glCode, amount }) => ({ glCode, amount: String(amount) })),
    event: interestPaid(payout),
  };
}

const SETTLE = `
update interest.capitalisation_chunk
   set to_do = $3, tries = tries + 1, paid = paid + $4, gross = gross + $5, net = net + $6,
       skipped = (select coalesce(jsonb_object_agg(reason, n), '{}')
                    from (select key as reason, sum(value::bigint) as n
                            from (select * from jsonb_each_text(skipped) union all select * from jsonb_each_text($7::jsonb)) b
                           group by key) s)
 where due_on = $1 and chunk_no = $2`;

async function settle(
  manager: EntityManager,
  dueOn: string,
  { chunkNo }: Chunk,
  { left, paid, gross, net, skipped }: Parameters<ChunkTransaction['settle']>[2],
): Promise<void> {
  await manager.query(SETTLE, [dueOn, chunkNo, left, paid, gross, net, JSON.stringify(skipped)]);
}
