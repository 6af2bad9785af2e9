import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createBankAuth,
  databaseUrl,
  migrateBank,
  openRun,
  query,
  type Run,
  readConfig,
  startPostgres,
  startRedis,
} from '@core-exit/local-stack/bench';
import { parentOf } from '../process-usage.ts';

export const FIRST_ACCOUNT = 100_900_000_001;
/** Accounts with consecutive numbers have one holder, because pgbench cannot build texts and reads the holder once for them. */
export const ACCOUNTS_PER_CUSTOMER = 20;

export type BenchBank = {
  run: Run;
  ownerUrl: string;
  /** With the service's role. */
  serviceUrl: string;
  redisUrl: string;
  jwks: string;
  customers: number;
  accounts: number;
  /** One line per account: number, bearer token of the holder, customer id. */
  accountsFile: string;
  directory: string;
  /** Begins the next business date, on which each account can be paid again. */
  nextDay(): Promise<void>;
};

/** Equal accounts, each opened yesterday with 50,000,000 won, so that pgbench can pay them with constants. */
const ACCOUNTS = `
with numbers as (
  select i, 'C9' || lpad((i / ${ACCOUNTS_PER_CUSTOMER})::text, 8, '0') as customer_id,
         (${FIRST_ACCOUNT} + i)::text as account_no, core.business_date() - 1 as opened_on
    from generate_series(0, $1::int - 1) i
),
customers as (insert into core.customer select distinct customer_id, '홍길동' from numbers),
heads as (
  insert into core.account (account_no, customer_id, product_code, opened_on, balance, last_seq, paid_through)
  select account_no, customer_id, 'BENCH', opened_on, 50000000, 1, opened_on from numbers
),
standings as (
  insert into core.account_standing (account_no, seq, account_status, customer_status, tax_class)
  select account_no, 0, 'active', 'active', 'resident' from numbers
),
entries as (
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
  select account_no, 1, 'OPENING', 50000000, 50000000, opened_on, opened_on, core.bank_now(), 'BENCH' from numbers
),
lines as (
  insert into core.posting (account_no, seq, line_no, gl_code, amount)
  select account_no, 1, line_no, gl_code, amount
    from numbers, (values (1, 'CASH_CLEARING', 50000000), (2, 'CUSTOMER_DEPOSIT', -50000000)) l (line_no, gl_code, amount)
)
insert into core.day_balance (account_no, business_date, closing) select account_no, opened_on, 50000000 from numbers`;

const PRODUCT = `
insert into core.product values ('BENCH', 'bench');
insert into core.product_terms (product_code, effective_from, day_count, tier_mode)
values ('BENCH', '2021-10-01', 'ACT/365F', 'slice');
insert into core.rate_tier values
  ('BENCH', '2021-10-01', 1, 100000000, 0.02), ('BENCH', '2021-10-01', 2, null, 0.001);`;

/** The bank of one bench: durable PostgreSQL, Redis, `accounts` payable accounts. `run.close()` stops it. */
export async function startBenchBank(accounts: number): Promise<BenchBank> {
  const run = await openRun();
  const { cacheDirectory, javaHome } = readConfig();
  const context = { supervisor: run, cacheDirectory, javaHome };
  const [postgres, redis] = await Promise.all([
    startPostgres(context, { durable: true }),
    startRedis(context),
  ]);
  const ownerUrl = postgres.address;
  await migrateBank(run, ownerUrl);
  await query(ownerUrl, 'create extension if not exists pg_stat_statements');
  await query(ownerUrl, PRODUCT);
  await query(ownerUrl, ACCOUNTS, [String(accounts)]);
  await query(ownerUrl, 'vacuum analyze');
  await keepLogSegments(ownerUrl);
  const auth = await createBankAuth();
  const customers = Math.ceil(accounts / ACCOUNTS_PER_CUSTOMER);
  const directory = run.run.directory('bench');
  const accountsFile = join(directory, 'accounts');
  await writeAccounts(accountsFile, accounts, auth.signToken);
  return {
    run,
    ownerUrl,
    serviceUrl: databaseUrl(ownerUrl, { role: 'interest_service' }),
    redisUrl: redis.address,
    jwks: auth.jwks,
    customers,
    accounts,
    accountsFile,
    directory,
    nextDay: async () => void (await query(ownerUrl, 'select core.move_business_date(1)')),
  };
}

/** 640 MB of write-ahead log, more than a bench writes. */
const LOG_SEGMENTS = 40;

/**
 * Makes segments of the write-ahead log that the server can use again, as a server has that has run for a while. The server
 * fills a new segment with zeros first, and each commit waits for that.
 */
async function keepLogSegments(ownerUrl: string): Promise<void> {
  await query(ownerUrl, "alter system set min_wal_size = '1GB'");
  await query(ownerUrl, 'select pg_reload_conf()');
  for (let i = 0; i < LOG_SEGMENTS; i += 1) {
    await query(ownerUrl, "select pg_logical_emit_message(false, 'bench', 'x')");
    await query(ownerUrl, 'select pg_switch_wal()');
  }
  await query(ownerUrl, 'checkpoint');
}

async function writeAccounts(
  file: string,
  accounts: number,
  signToken: (claims: { sub: string }) => Promise<string>,
): Promise<void> {
  const lines: string[] = [];
  let token = '';
  for (let i = 0; i < accounts; i += 1) {
    const customer = Math.floor(i / ACCOUNTS_PER_CUSTOMER);
    if (i % ACCOUNTS_PER_CUSTOMER === 0) token = await signToken({ sub: customerId(customer) });
    lines.push(`${FIRST_ACCOUNT + i} ${token} ${customerId(customer)}`);
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
}

const customerId = (customer: number): string => `C9${String(customer).padStart(8, '0')}`;

/** Process id of the database server, which is the parent of the checkpointer and of all its other processes. */
export async function postmaster({ ownerUrl }: Pick<BenchBank, 'ownerUrl'>): Promise<number> {
  const [child] = await query<{ pid: number }>(
    ownerUrl,
    `select pid from pg_stat_activity where backend_type = 'checkpointer'`,
  );
  return parentOf(child?.pid ?? 0);
}
