import pg from 'pg';
import type { LedgerAccount, LedgerProduct } from './ledger-account.ts';
import {
  LOAD_ACCOUNTS,
  LOAD_ENTRIES,
  LOAD_HEADS,
  LOAD_PRODUCTS,
  LOAD_RATES,
  LOAD_RECEIPTS,
} from './ledger-statements.sql.ts';

/** An account in the ledger. */
export type Opened = { accountNo: string; customerId: string; ledgerSeq: bigint; balance: bigint };

/** An account to open. Without `customerId` it gets its own customer. */
export type ToOpen = { account: LedgerAccount; customerId?: string };

/** Accounts of one statement, a JSON document of some MB. */
const CHUNK = 500;
/** Number of the advisory lock, so that two runs on one stack do not use the same account numbers. */
const NUMBERS_LOCK = 20_221_213;
const FIRST_NUMBER = 700_000_000_000n;

/** The bank's ledger, as its owner. The accounts of the cases are loaded like an import of accounts. */
export type CaseLedger = {
  businessDate(): Promise<string>;
  open(accounts: readonly ToOpen[], onProgress?: (opened: number) => void): Promise<Opened[]>;
  query(sql: string, parameters: unknown[]): Promise<unknown>;
  close(): Promise<void>;
};

export function caseLedger(ownerUrl: string, connections: number): CaseLedger {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: connections });
  return {
    async businessDate() {
      const { rows } = await pool.query<{ today: string }>('select core.business_date()::text as today');
      return rows[0]?.today ?? '';
    },
    async open(accounts, onProgress = () => {}) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const opened = await openAll(client, accounts, onProgress);
        await client.query('commit');
        return opened;
      } catch (fault) {
        await client.query('rollback');
        throw fault;
      } finally {
        client.release();
      }
    },
    query: (sql, parameters) => pool.query(sql, parameters),
    close: () => pool.end(),
  };
}

async function openAll(
  client: pg.PoolClient,
  accounts: readonly ToOpen[],
  onProgress: (opened: number) => void,
): Promise<Opened[]> {
  await client.query('select pg_advisory_xact_lock($1)', [NUMBERS_LOCK]);
  const codes = await openProducts(client, accounts);
  const { rows } = await client.query<{ last: string }>(
    `select coalesce(max(account_no), $1) as last from core.account where account_no like '7%'`,
    [String(FIRST_NUMBER)],
  );
  let number = BigInt(rows[0]?.last ?? FIRST_NUMBER);
  const opened: Opened[] = [];
  for (let from = 0; from < accounts.length; from += CHUNK) {
    const chunk = accounts.slice(from, from + CHUNK).map((toOpen) => {
      number += 1n;
      return ledgerRow(toOpen, number, codes.get(keyOf(toOpen.account.product)) ?? '');
    });
    const json = JSON.stringify(chunk);
    await client.query(LOAD_ACCOUNTS, [json]);
    await client.query(LOAD_ENTRIES, [json]);
    await client.query(LOAD_RECEIPTS, [json]);
    const heads = await client.query<{ account_no: string; last_seq: string; balance: string }>(LOAD_HEADS, [
      json,
    ]);
    const headOf = new Map(heads.rows.map((head) => [head.account_no, head]));
    for (const { accountNo, customerId } of chunk) {
      const head = headOf.get(accountNo);
      opened.push({
        accountNo,
        customerId,
        ledgerSeq: BigInt(head?.last_seq ?? 0),
        balance: BigInt(head?.balance ?? 0),
      });
    }
    onProgress(opened.length);
  }
  return opened;
}

const keyOf = (product: LedgerProduct): string => JSON.stringify(product);

/** One product for all accounts with the same terms and rates. */
async function openProducts(
  client: pg.PoolClient,
  accounts: readonly ToOpen[],
): Promise<Map<string, string>> {
  const { rows } = await client.query<{ used: string }>(
    `select coalesce(max(substr(product_code, 6)::bigint), 0)::text as used from core.product where product_code ~ '^CASE-[0-9]+$'`,
  );
  let number = Number(rows[0]?.used ?? 0);
  const codes = new Map<string, string>();
  for (const { account } of accounts) {
    const key = keyOf(account.product);
    if (codes.has(key)) continue;
    number += 1;
    codes.set(key, `CASE-${number}`);
  }
  const products = [...codes].map(([key, code]) => ({ code, ...(JSON.parse(key) as LedgerProduct) }));
  const json = JSON.stringify(products);
  await client.query(LOAD_PRODUCTS, [json]);
  await client.query(LOAD_RATES, [json]);
  return codes;
}

function ledgerRow({ account, customerId }: ToOpen, number: bigint, productCode: string) {
  let balance = 0n;
  const movements = account.movements.map(({ amount, valueDate, postedOn }, i) => {
    balance += amount;
    return { seq: i + 1, amount: String(amount), balanceAfter: String(balance), valueDate, postedOn };
  });
  return {
    accountNo: String(number),
    customerId: customerId ?? `C7${String(number).slice(-8)}`,
    newCustomer: customerId === undefined,
    productCode,
    openedOn: account.openedOn,
    standing: account.standing,
    movements,
    paidOn: account.paidOn,
    paidSeq: movements.length + 1,
  };
}
