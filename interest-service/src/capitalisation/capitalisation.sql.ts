import type { DataSource } from 'typeorm';
import { inTransaction } from '../ledger/transaction.ts';
import type { RunProgress, RunTotals } from './capitalisation.ts';
import { MAX_TRIES } from './capitalisation-chunk.sql.ts';

/** Runs and their chunks in schema interest. */
export function postgresRunProgress(source: DataSource): RunProgress {
  return {
    async products(dueOn) {
      const rows = await source.query<
        { today: string; product_code: string; capitalisation_day: number | null }[]
      >(PRODUCTS, [dueOn]);
      const products = rows.map((row) => ({
        productCode: row.product_code,
        capitalisationDay: row.capitalisation_day,
      }));
      return { today: rows[0]?.today ?? '', products };
    },
    async begin(dueOn, products) {
      await source.query(BEGIN, [dueOn, products]);
      await source.query(TRY_AGAIN, [dueOn]);
    },
    cut: (dueOn, products, accounts) =>
      inTransaction(source, async (manager) => {
        const [run] = await manager.query<{ cut_through: string; is_cut: boolean }[]>(LOCK_RUN, [dueOn]);
        if (run === undefined || run.is_cut) return false;
        const rows = await manager.query<{ account_no: string }[]>(NEXT_ACCOUNTS, [
          products,
          run.cut_through,
          accounts,
        ]);
        const next = rows.map((row) => row.account_no);
        await manager.query(CUT, [dueOn, next, next.at(-1) ?? run.cut_through, next.length < accounts]);
        return next.length > 0;
      }),
    totals: (dueOn) => readTotals(source, dueOn),
    async chunksLeft(dueOn) {
      const [row] = await source.query<{ n: number }[]>(CHUNKS_LEFT, [dueOn, MAX_TRIES]);
      return row?.n ?? 0;
    },
  };
}

/** Terms in force on the due date. */
const PRODUCTS = `
select distinct on (t.product_code) b.today::text, t.product_code, t.capitalisation_day
  from (select core.business_date() as today) b
  left join core.product_terms t on t.effective_from <= case $1::text when 'today' then b.today else $1::date end
 order by t.product_code, t.effective_from desc`;

const BEGIN = `
insert into interest.capitalisation_run (due_on, accounts)
select $1, count(*) from core.account where product_code = any($2)
on conflict do nothing`;

const TRY_AGAIN = `
update interest.capitalisation_chunk set tries = 1
 where (due_on, chunk_no) in (
   select due_on, chunk_no from interest.capitalisation_chunk
    where due_on = $1 and to_do <> '{}' and tries >= ${MAX_TRIES} for update skip locked)`;

const LOCK_RUN = 'select cut_through, is_cut from interest.capitalisation_run where due_on = $1 for update';

const CHUNKS_LEFT = `
select count(*)::int as n from interest.capitalisation_chunk where due_on = $1 and to_do <> '{}' and tries < $2`;

const NEXT_ACCOUNTS = `
select account_no from core.account where product_code = any($1) and account_no > $2 order by account_no limit $3`;

const CUT = `
with chunk as (
  insert into interest.capitalisation_chunk (due_on, chunk_no, to_do)
  select $1, coalesce(max(chunk_no), 0) + 1, $2::text[] from interest.capitalisation_chunk where due_on = $1
  having $2::text[] <> '{}'
)
update interest.capitalisation_run set cut_through = $3, is_cut = $4 where due_on = $1`;

const TOTALS = `
select r.accounts::int as accounts, coalesce(sum(c.paid), 0)::int as paid, coalesce(sum(c.gross), 0)::text as gross,
       coalesce(sum(c.net), 0)::text as net,
       (select coalesce(jsonb_object_agg(reason, n), '{}')
          from (select s.key as reason, sum(s.value::bigint) as n
                  from interest.capitalisation_chunk k, jsonb_each_text(k.skipped) s where k.due_on = $1
                 group by s.key order by s.key) by_reason) as skipped
  from interest.capitalisation_run r left join interest.capitalisation_chunk c using (due_on)
 where r.due_on = $1 group by r.due_on`;

async function readTotals(source: DataSource, dueOn: string): Promise<RunTotals> {
  const [row] = await source.query<
    { accounts: number; paid: number; gross: string; net: string; skipped: Record<string, number> }[]
  >(TOTALS, [dueOn]);
  if (row === undefined) throw new Error(`the capitalisation run of ${dueOn} was not begun`);
  const settled = Object.values(row.skipped).reduce((sum, n) => sum + n, row.paid);
  return {
    ...row,
    gross: BigInt(row.gross),
    net: BigInt(row.net),
    left: Math.max(0, row.accounts - settled),
  };
}
