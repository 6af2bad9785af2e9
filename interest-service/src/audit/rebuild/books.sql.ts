import type pg from 'pg';
import { type Queryable, rowsOf } from '../../ledger/books-connection.ts';
import { HISTORIES, NEXT_ACCOUNTS, PRODUCTS, STRAYS } from '../../ledger/history.sql.ts';
import type { AccountHistory, Products } from '../../ledger/history.ts';
import { type HistoryRow, type ProductRow, readHistory, readProducts } from '../../ledger/history-row.ts';
import { postgresSealReader } from '../seals/seals.sql.ts';
import type { Books } from './audit.ts';

/** A chunk ends at either: about 10 MB of history, whatever the accounts look like. One account is never cut. */
const CHUNK_ACCOUNTS = 2_000;
const CHUNK_ENTRIES = 30_000;

/** The bank's books, read as the auditor. */
export function postgresBooks(client: pg.Client): Books {
  const seals = postgresSealReader(client);
  return {
    ...seals,
    async businessDate() {
      const [row] = await rowsOf<{ today: string }>(client, 'select core.business_date()::text as today');
      return row?.today ?? '';
    },
    async accountCount() {
      const [row] = await rowsOf<{ n: number }>(client, 'select count(*)::int as n from core.account');
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

export async function readAllProducts(client: Queryable): Promise<Products> {
  return readProducts(await rowsOf<ProductRow>(client, PRODUCTS));
}

export async function historiesOf(
  client: Queryable,
  accountNos: readonly string[],
): Promise<AccountHistory[]> {
  return (await rowsOf<HistoryRow>(client, HISTORIES, [accountNos])).map(readHistory);
}

/** The next chunk is read while this one is checked: database and audit each have a processor. */
async function* accounts(client: Queryable, from: string): AsyncGenerator<AccountHistory[]> {
  let next = nextChunk(client, from);
  for (;;) {
    const chunk = await next;
    const last = chunk.at(-1)?.account_no;
    if (last === undefined) return;
    next = nextChunk(client, last);
    next.catch(() => undefined); // told when it is awaited
    yield chunk.map(readHistory);
  }
}

/** Heads and entries in one statement, so one snapshot: traffic that goes on is no difference. */
async function nextChunk(client: Queryable, after: string): Promise<HistoryRow[]> {
  const accountNos = await rowsOf<{ account_no: string }>(client, NEXT_ACCOUNTS, [
    after,
    CHUNK_ACCOUNTS,
    CHUNK_ENTRIES,
  ]);
  return await rowsOf<HistoryRow>(client, HISTORIES, [accountNos.map((row) => row.account_no)]);
}
