import type { DataSource, EntityManager } from 'typeorm';
import { ACCOUNT_NOW_COLUMNS, BASIS_NOW } from '../ledger/account.sql.ts';
import { type AccountSqlRow, readAccount } from '../ledger/account-row.ts';
import { headMoved } from '../ledger/entries.sql.ts';
import { payoutsJson, WRITE_PAYOUTS } from '../ledger/payouts.sql.ts';
import type { NewPayout } from '../ledger/receipt.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { Chunk, ChunkDone, ChunkTransaction } from './capitalisation-chunk.ts';

/** A chunk whose accounts were held in so many attempts is left to the next call; an operator finds the holder meanwhile. */
export const MAX_TRIES = 30;

/** $1 due date. */
const claimChunk = (tries: string): string => `
select chunk_no, to_do from interest.capitalisation_chunk
 where due_on = $1 and to_do <> '{}' and ${tries}
 order by tries, chunk_no limit 1 for update skip locked`;

const CLAIM = {
  fresh: claimChunk('tries = 0'),
  tried: claimChunk(`tries between 1 and ${MAX_TRIES - 1}`),
};

/** $1 accounts. */
const LOCK_FREE =
  'select account_no from core.account where account_no = any($1) order by account_no for update skip locked';

/** $1 accounts. */
const READ_ACCOUNTS = `
select ${ACCOUNT_NOW_COLUMNS} from core.account a cross join ${BASIS_NOW} where a.account_no = any($1)`;

/** Chunks of a run, each in a transaction of its own. */
export function chunkTransactions(source: DataSource) {
  return <T>(work: (tx: ChunkTransaction) => Promise<T>): Promise<T> =>
    inTransaction(source, (manager) => work(chunkTransaction(manager)));
}

function chunkTransaction(manager: EntityManager): ChunkTransaction {
  return {
    async claim(dueOn, which) {
      const [chunk] = await manager.query<{ chunk_no: number; to_do: string[] }[]>(CLAIM[which], [dueOn]);
      return chunk === undefined ? null : { chunkNo: chunk.chunk_no, accounts: chunk.to_do };
    },
    async lockFree(accounts) {
      const rows = await manager.query<{ account_no: string }[]>(LOCK_FREE, [accounts]);
      return rows.map((row) => row.account_no);
    },
    async read(accounts) {
      const rows = await manager.query<AccountSqlRow[]>(READ_ACCOUNTS, [accounts]);
      return rows.map(readAccount);
    },
    pay: (payouts) => writePayouts(manager, payouts),
    settle: (dueOn, chunk, done) => settle(manager, dueOn, chunk, done),
  };
}

async function writePayouts(manager: EntityManager, payouts: NewPayout[]): Promise<void> {
  const [row] = await manager.query<{ written: number }[]>(WRITE_PAYOUTS, [payoutsJson(payouts)]);
  if (row?.written !== payouts.length) {
    throw headMoved(`the chunk (${row?.written} of ${payouts.length} payouts stood at their basis)`);
  }
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
  { left, paid, gross, net, skipped }: ChunkDone,
): Promise<void> {
  await manager.query(SETTLE, [dueOn, chunkNo, left, paid, gross, net, JSON.stringify(skipped)]);
}
