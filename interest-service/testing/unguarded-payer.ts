import pg from 'pg';

/** A careless payer: checks whether the account was paid today, then pays. */
export type UnguardedPayer = {
  /** Whether it may pay. `lock`: the check waits for the transaction that has the account. */
  check(lock: boolean): Promise<boolean>;
  pay(): Promise<void>;
  isWaiting(): Promise<boolean>;
  end(): Promise<void>;
};

/** Everything that a payout writes, valued today. The update waits for the row of the head. */
const PAY = `
with head as (
  update core.account set balance = balance + 846, last_seq = last_seq + 1, paid_through = core.business_date()
   where account_no = $1 returning *
),
entry as (
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
  select account_no, last_seq, 'INTEREST', 846, balance, paid_through, paid_through, core.bank_now(), 'TEST' from head
),
lines as (
  insert into core.posting
  select account_no, last_seq, l.line_no, l.gl_code, l.amount
    from head, (values (1, 'INTEREST_EXPENSE', 1000), (2, 'CUSTOMER_DEPOSIT', -846),
                       (3, 'WITHHELD_INCOME_TAX', -140), (4, 'WITHHELD_LOCAL_TAX', -14)) l (line_no, gl_code, amount)
),
closing as (
  insert into core.day_balance select account_no, paid_through, balance from head
  on conflict (account_no, business_date) do update set closing = excluded.closing
),
receipt as (
  insert into core.interest_payout
    (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, core, business_date, period_from,
     period_to, gross, income_tax, local_tax, net, balance_after, tax_class, tax_rule_version, paid_at)
  select gen_random_uuid(), account_no, last_seq, last_seq - 1, customer_id, 'key-' || last_seq, '', 'new', paid_through,
         opened_on, paid_through, 1000, 140, 14, 846, balance, 'resident', 'test', core.bank_now()
    from head
  returning payout_id, account_no
)
insert into interest.outbox (event_id, payout_id, account_no, payload) select payout_id, payout_id, account_no, '{}' from receipt`;

export async function unguardedPayer(databaseUrl: string, accountNo: string): Promise<UnguardedPayer> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const watcher = new pg.Client({ connectionString: databaseUrl });
  await watcher.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  await client.query('begin');
  return {
    async check(lock) {
      const head = 'select from core.account where account_no = $1';
      await client.query(lock ? `${head} for update` : head, [accountNo]);
      const paid = await client.query(
        'select from core.interest_payout where account_no = $1 and business_date = core.business_date()',
        [accountNo],
      );
      return paid.rowCount === 0;
    },
    async pay() {
      await client.query(PAY, [accountNo]);
      await client.query('commit');
    },
    async isWaiting() {
      const sql = `select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'`;
      return (await watcher.query(sql, [rows[0]?.pid])).rowCount === 1;
    },
    async end() {
      await Promise.all([client.end(), watcher.end()]);
    },
  };
}
