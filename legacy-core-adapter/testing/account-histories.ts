import type { AccountGiven } from '@core-exit/local-stack/testing';
import type { Customer, Legacy } from './legacy.ts';

export type Tier = { upTo: bigint | null; annualRate: string };

/** A product with its terms and rates by date. Default: a plain demand deposit at 2 % on 365, floor, since 1990. */
export type ProductGiven = {
  code: string;
  terms?: {
    from?: string;
    dayCount?: string;
    tierMode?: string;
    roundingMode?: string;
    minimumPayable?: bigint;
  }[];
  rates?: { from: string; tiers: Tier[] }[];
};

const LONG_AGO = '1990-01-01';

export const flat = (annualRate: string): Tier[] => [{ upTo: null, annualRate }];

/** Adds a product once. A second call with the same code keeps the first product. */
async function addProduct(legacy: Legacy, given: ProductGiven): Promise<void> {
  const { code, terms = [{}], rates = [{ from: LONG_AGO, tiers: flat('0.02') }] } = given;
  const inserted = await legacy.sql(
    `insert into core.product values ($1, '시험 통장') on conflict do nothing returning 1`,
    [code],
  );
  if (inserted.length === 0) return;
  for (const { from, dayCount, tierMode, roundingMode, minimumPayable } of terms) {
    await legacy.sql(
      `insert into core.product_terms
         (product_code, effective_from, day_count, tier_mode, rounding_mode, minimum_payable)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        code,
        from ?? LONG_AGO,
        dayCount ?? 'ACT/365F',
        tierMode ?? 'slice',
        roundingMode ?? 'floor',
        minimumPayable ?? 1n,
      ],
    );
  }
  for (const { from, tiers } of rates) {
    for (const [i, { upTo, annualRate }] of tiers.entries()) {
      await legacy.sql('insert into core.rate_tier values ($1, $2, $3, $4, $5)', [
        code,
        from,
        i + 1,
        upTo,
        annualRate,
      ]);
    }
  }
}

/** Opens an account of a product on a calendar date, with its opening deposit. */
export async function openOn(
  legacy: Legacy,
  openedOn: string,
  closing: bigint,
  product: ProductGiven,
  standing: NonNullable<AccountGiven['standing']> = {},
): Promise<Customer> {
  await addProduct(legacy, product);
  const daysAgo = daysFrom(openedOn, await legacy.today());
  const customer = await legacy.open({ balances: [{ daysAgo, closing }], standing });
  // openAccount opens it under the product of all tests, whose terms begin in 2000.
  await legacy.sql('update core.account set product_code = $2 where account_no = $1', [
    customer.accountNo,
    product.code,
  ]);
  return customer;
}

/** An entry of a loaded history, which may have a value date before the account was opened. */
export async function enter(
  legacy: Legacy,
  { accountNo }: Customer,
  amount: bigint,
  valueDate: string,
): Promise<void> {
  await legacy.sql(
    `with head as (
       update core.account set balance = balance + $2, last_seq = last_seq + 1 where account_no = $1
       returning account_no, balance, last_seq
     ), entry as (
       insert into core.account_txn
         (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
       select account_no, last_seq, 'CORRECTION', $2, balance, $3, greatest($3, core.business_date()), core.bank_now(), 'TEST'
         from head
       returning account_no, seq, amount
     ), lines as (
       insert into core.posting
       select account_no, seq, 1, 'CASH_CLEARING', amount from entry
       union all select account_no, seq, 2, 'CUSTOMER_DEPOSIT', -amount from entry
     )
     select core.move_day_balances($1, $3::date, $2::bigint)`,
    [accountNo, amount, valueDate],
  );
}

const DAY_MS = 86_400_000;

/** Calendar days between two dates. */
function daysFrom(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}
