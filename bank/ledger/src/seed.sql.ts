import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** The same seed makes the same bank, relative to its business date. */
const RANDOM_SEED = 20_221_213;
/** Accounts a statement: the ledger's deferred checks are kept in memory until it commits (about 30 MB). */
const CHUNK_ACCOUNTS = 20_000;

export type SeedOptions = {
  /** The owner's address. */
  databaseUrl: string;
  accounts: number;
  onProgress?: (done: number, total: number) => void;
};

/**
 * Fills the core ledger with products and `accounts` synthetic customers with 90 days of history. Goes on where an
 * earlier, interrupted call stopped: each chunk commits on its own.
 */
export async function seed({ databaseUrl, accounts, onProgress }: SeedOptions): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ today: string; done: string }>(
      `select core.business_date()::text as today, count(*)::text as done
         from core.account where account_no like '1002%'`, // the seed's own numbers
    );
    const { today, done } = rows[0] ?? { today: '', done: '0' };
    await client.query(await readSql('products.sql').then((sql) => sql.replaceAll('$1', `'${today}'`)));
    const insertAccounts = await readSql('accounts.sql');
    for (let from = Number(done) + 1; from <= accounts; from += CHUNK_ACCOUNTS) {
      const to = Math.min(from + CHUNK_ACCOUNTS - 1, accounts);
      await client.query(insertAccounts, [from, to, today, RANDOM_SEED]);
      onProgress?.(to, accounts);
    }
    await client.query('analyze');
  } finally {
    await client.end();
  }
}

function readSql(name: string): Promise<string> {
  return readFile(new URL(`seed/${name}`, import.meta.url), 'utf8');
}
