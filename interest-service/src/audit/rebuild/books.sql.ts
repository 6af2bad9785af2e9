import type pg from 'pg';
import { type Queryable, rowsOf } from '../../ledger/books-connection.ts';
import { historiesOf, historyRowsOf, readAllProducts } from '../../ledger/history.sql.ts';
import type { AccountHistory } from '../../ledger/history.ts';
import { type HistoryRow, readHistory } from '../../ledger/history-row.ts';
import { postgresSealReader } from '../seals/seals.sql.ts';
import type { Books } from './audit.ts';

/** A chunk ends at either limit: about 10 MB of history for any mix of accounts. One account is never cut. */
const CHUNK_ACCOUNTS = 2_000;
const CHUNK_ENTRIES = 30_000;

/** $1 the last account of the previous chunk, $2 accounts, $3 entries: the next accounts, up to either limit. */
const NEXT_ACCOUNTS = `
select account_no from (
  select account_no, sum(last_seq + 1) over (order by account_no) - last_seq - 1 as before
    from core.account where account_no > $1 order by account_no limit $2) a
 where before <= $3::bigint order by account_no`;

/** Rows without an account. Foreign keys forbid such rows, so they were written with the keys switched off. */
const STRAYS = `
select what, account_no, count(*)::text as rows from (
  select 'entries' as what, account_no from core.account_txn
  union all select 'receipts', account_no from core.interest_payout
  union all select 'closings', account_no from core.day_balance
  union all select 'standings', account_no from core.account_standing
  union all select 'lines', account_no from core.posting) x
 where not exists (select from core.account a where a.account_no = x.account_no)
 group by what, account_no order by account_no, what limit $1`;

const BUSINESS_DATE = 'select core.business_date()::text as today';
const ACCOUNT_COUNT = 'select count(*)::int as n from core.account';

/** The bank's books, read with the role `auditor`. */
export function postgresBooks(client: pg.Client): Books {
  const seals = postgresSealReader(client);
  return {
    ...seals,
    async businessDate() {
      const [row] = await rowsOf<{ today: string }>(client, BUSINESS_DATE);
      return row?.today ?? '';
    },
    async accountCount() {
      const [row] = await rowsOf<{ n: number }>(client, ACCOUNT_COUNT);
      return row?.n ?? 0;
    },
    products: () => readAllProducts(client),
    async account(accountNo) {
      const [history] = await historiesOf(client, [accountNo]);
      return history ?? null;
    },
    accounts: (after) => accounts(client, after),
    async strays(limit) {
      const rows = await rowsOf<{ what: string; account_no: string; rows: string }>(client, STRAYS, [limit]);
      return rows.map(({ account_no: accountNo, ...row }) => ({ ...row, accountNo }));
    },
  };
}

/** The next chunk is on its way while this one is read and checked, because database and audit each have a processor. */
async function* accounts(client: Queryable, from: string): AsyncGenerator<AccountHistory[]> {
  let next = nextChunk(client, from);
  for (;;) {
    const chunk = await next;
    const last = chunk.at(-1)?.account_no;
    if (last === undefined) return;
    next = nextChunk(client, last);
    next.catch(() => undefined); // thrown where it is awaited
    yield chunk.map(readHistory);
  }
}

/** Heads and entries come from one statement, and so from one snapshot: live traffic makes no difference. */
async function nextChunk(client: Queryable, after: string): Promise<HistoryRow[]> {
  const rows = await rowsOf<{ account_no: string }>(client, NEXT_ACCOUNTS, [
    after,
    CHUNK_ACCOUNTS,
    CHUNK_ENTRIES,
  ]);
  return await historyRowsOf(
    client,
    rows.map((row) => row.account_no),
  );
}
