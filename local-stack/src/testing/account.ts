import pg from 'pg';

/** An account to open in a test. Dates are counted in days before today, so that the test works on every day. */
export type AccountGiven = {
  /** End-of-day balances, oldest first; the first one opens the account. */
  balances: { daysAgo: number; closing: bigint }[];
  product?: {
    code: string;
    dayCount?: string;
    tierMode?: string;
    corporateAllowed?: boolean;
    paysUnderWithdrawalStop?: boolean;
  };
  /** Posted rates of the product, valid since 2000. Default: 2 % for every balance. */
  tiers?: { upTo: bigint | null; annualRate: string }[];
  standing?: {
    accountStatus?: string;
    customerStatus?: string;
    taxClass?: string;
    treatyRate?: string;
    treatyIncludesLocalTax?: boolean;
    holds?: string[];
  };
};

let opened = 0;

/** Opens an account with a history, under the constraints of the ledger. `url`: the owner's address. */
export async function openAccount(
  url: string,
  given: AccountGiven,
): Promise<{ accountNo: string; customerId: string }> {
  opened += 1;
  const accountNo = `9${String(process.pid % 10_000).padStart(4, '0')}${String(opened).padStart(7, '0')}`;
  const customerId = `C${String(process.pid % 1_000).padStart(3, '0')}${String(opened).padStart(6, '0')}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    await addProduct(client, given);
    await addAccount(client, accountNo, customerId, given);
    await addHistory(client, accountNo, given.balances);
    await client.query('commit');
  } finally {
    await client.end();
  }
  return { accountNo, customerId };
}

const productCode = (given: AccountGiven): string => given.product?.code ?? 'TEST-FLAT';

async function addProduct(client: pg.Client, given: AccountGiven): Promise<void> {
  const { product, tiers = [{ upTo: null, annualRate: '0.02' }] } = given;
  const code = productCode(given);
  await client.query(`insert into core.product values ($1, '시험 통장') on conflict do nothing`, [code]);
  const terms = await client.query(
    `insert into core.product_terms
       (product_code, effective_from, day_count, tier_mode, corporate_allowed, pays_under_withdrawal_stop)
     values ($1, '2000-01-01', $2, $3, $4, $5) on conflict do nothing`,
    [
      code,
      product?.dayCount ?? 'ACT/365F',
      product?.tierMode ?? 'slice',
      product?.corporateAllowed ?? false,
      product?.paysUnderWithdrawalStop ?? false,
    ],
  );
  if (terms.rowCount === 0) return;
  for (const [i, tier] of tiers.entries()) {
    await client.query(`insert into core.rate_tier values ($1, '2000-01-01', $2, $3, $4)`, [
      code,
      i + 1,
      tier.upTo,
      tier.annualRate,
    ]);
  }
}

async function addAccount(
  client: pg.Client,
  accountNo: string,
  customerId: string,
  given: AccountGiven,
): Promise<void> {
  const { standing = {}, balances } = given;
  const openedDaysAgo = balances[0]?.daysAgo ?? 0;
  await client.query(`insert into core.customer values ($1, '홍길동')`, [customerId]);
  await client.query(
    `insert into core.account
     values ($1, $2, $3, core.business_date() - $4::int, $5, $6, core.business_date() - $4::int)`,
    [
      accountNo,
      customerId,
      productCode(given),
      openedDaysAgo,
      balances.at(-1)?.closing ?? 0n,
      balances.length,
    ],
  );
  await client.query(`insert into core.account_standing values ($1, 0, $2, $3, $4, $5, $6, $7)`, [
    accountNo,
    standing.accountStatus ?? 'active',
    standing.customerStatus ?? 'active',
    standing.taxClass ?? 'resident',
    standing.treatyRate ?? null,
    standing.treatyIncludesLocalTax ?? true,
    standing.holds ?? [],
  ]);
}

async function addHistory(
  client: pg.Client,
  accountNo: string,
  balances: AccountGiven['balances'],
): Promise<void> {
  let before = 0n;
  for (const [i, { daysAgo, closing }] of balances.entries()) {
    await client.query(
      `insert into core.account_txn (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
       select $1, $2, $3, $4, $5, d, d, core.bank_now(), 'TEST' from (select core.business_date() - $6::int as d) t`,
      [
        accountNo,
        i + 1,
        i === 0 ? 'OPENING' : closing > before ? 'DEPOSIT' : 'WITHDRAWAL',
        closing - before,
        closing,
        daysAgo,
      ],
    );
    await client.query(
      `insert into core.posting values ($1, $2, 1, 'CASH_CLEARING', $3), ($1, $2, 2, 'CUSTOMER_DEPOSIT', -$3::bigint)`,
      [accountNo, i + 1, closing - before],
    );
    await client.query('insert into core.day_balance values ($1, core.business_date() - $2::int, $3)', [
      accountNo,
      daysAgo,
      closing,
    ]);
    before = closing;
  }
}
