import { Fault } from '@core-exit/process/faults';
import type { Closing } from '../domain/accrual.ts';
import { parseDecimal } from '../domain/decimal.ts';
import type { AccountSnapshot } from '../domain/interest.ts';
import type { ProductTerms, RateTable } from '../domain/product.ts';
import type { AccountStatus, CustomerStatus, Hold, Standing } from '../domain/standing.ts';
import type { TaxClass } from '../domain/tax.ts';
import { INTEREST_FAULTS } from './faults.ts';

/** A row of the statements in account.sql.ts. Check constraints of the ledger allow only the domain's words. */
export type AccountSqlRow = {
  account_no: string;
  customer_id: string;
  balance: string;
  ledger_seq: string;
  head_seq: string;
  opened_on: string;
  paid_through: string;
  business_date: string;
  paid_today: boolean;
  standing: {
    account_status: AccountStatus;
    customer_status: CustomerStatus;
    tax_class: TaxClass;
    treaty_rate: string | null;
    treaty_includes_local_tax: boolean;
    holds: Hold[];
  };
  terms: {
    product_code: string;
    day_count: ProductTerms['dayCount'];
    tier_mode: ProductTerms['tierMode'];
    rounding_scale: number;
    rounding_mode: ProductTerms['rounding']['mode'];
    minimum_payable: string;
    capitalisation_day: number | null;
    corporate_allowed: boolean;
    pays_under_withdrawal_stop: boolean;
  } | null;
  rates: { from: string; upTo: string | null; rate: string }[] | null;
  closings: { from: string; closing: string }[] | null;
};

export function readAccount(row: AccountSqlRow): AccountSnapshot {
  return {
    accountNo: row.account_no,
    customerId: row.customer_id,
    basis: { businessDate: row.business_date, ledgerSeq: BigInt(row.ledger_seq) },
    balance: BigInt(row.balance),
    paidThrough: row.paid_through,
    paidToday: row.paid_today,
    standing: readStanding(row.standing),
    terms: readTerms(row),
    rates: readRates(row.rates ?? []),
    closings: (row.closings ?? []).map(({ from, closing }): Closing => ({ from, closing: BigInt(closing) })),
  };
}

export function readStanding(standing: AccountSqlRow['standing']): Standing {
  const { treaty_rate: rate, treaty_includes_local_tax: includesLocalTax } = standing;
  return {
    accountStatus: standing.account_status,
    customerStatus: standing.customer_status,
    taxClass: standing.tax_class,
    treaty: rate === null ? null : { rate, includesLocalTax },
    holds: standing.holds,
  };
}

function readTerms({ terms, account_no, business_date }: AccountSqlRow): ProductTerms {
  if (terms === null) {
    const message = `the product of account ${account_no} has no terms in force on ${business_date}`;
    throw new Fault(INTEREST_FAULTS.LEDGER_INCOMPLETE, message);
  }
  return readTermsRow(terms);
}

export type TermsRow = NonNullable<AccountSqlRow['terms']>;

export function readTermsRow(terms: TermsRow): ProductTerms {
  return {
    productCode: terms.product_code,
    dayCount: terms.day_count,
    tierMode: terms.tier_mode,
    rounding: { scale: terms.rounding_scale, mode: terms.rounding_mode },
    minimumPayable: BigInt(terms.minimum_payable),
    capitalisationDay: terms.capitalisation_day,
    corporateAllowed: terms.corporate_allowed,
    paysUnderWithdrawalStop: terms.pays_under_withdrawal_stop,
  };
}

/** Rows ascend by table and tier. Rows with the same first day are one table. */
export function readRates(rows: NonNullable<AccountSqlRow['rates']>): RateTable[] {
  const byFirstDay = Map.groupBy(rows, (row) => row.from);
  return [...byFirstDay].map(([from, tiers]) => ({
    from,
    tiers: tiers.map(({ upTo, rate }) => ({
      upTo: upTo === null ? null : BigInt(upTo),
      annualRate: parseDecimal(rate),
    })),
  }));
}
