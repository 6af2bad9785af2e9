import { checkInvariants, violationText } from '../invariants/invariants.ts';
import { query } from '../parts/postgres.ts';
import type { AcknowledgedPayout } from './customer.ts';

/** The state of the books at the end, read only from the database. */
export type Books = {
  payouts: number;
  byCore: { legacy: number; new: number };
  /** Accounts with more than one interest entry on a business date. */
  doublePayouts: number;
  taxPostings: number;
  /** Payouts without their tax posting, or with another amount than the receipt. */
  taxMissing: number;
  /** All postings of the ledger; zero in double entry. */
  ledgerSum: string;
  /** Accounts whose head is not the sum of their entries. */
  wrongHeads: number;
  /** Payouts that a customer got as an answer and that the ledger lacks or has with another amount. */
  acknowledgedButMissing: number;
  /** Violations of the invariants, which tests and benches check as well. */
  broken: string[];
};

const BOOKS = `
with receipts as (select * from core.interest_payout),
tax as (
  select r.payout_id, r.income_tax + r.local_tax + r.farm_tax as withheld,
         case r.core
           when 'new' then (select sum(coalesce(l.amount, 0)) from tax.posting p left join tax.line l using (posting_id)
                             where p.posting_id = r.payout_id)
           else (select sum(l.tax_amt) from legacy.tax_line l where l.payo_id = r.payout_id)
         end as booked
    from receipts r
)
select (select count(*)::int from receipts) as payouts,
       (select count(*)::int from receipts where core = 'legacy') as by_legacy,
       (select count(*)::int from (
          select from core.account_txn where kind = 'INTEREST' group by account_no, business_date having count(*) > 1
        ) d) as double_payouts,
       (select count(booked)::int from tax) as tax_postings,
       (select count(*)::int from tax where booked is distinct from withheld) as tax_missing,
       (select sum(amount)::text from core.posting) as ledger_sum,
       (select count(*)::int from core.account a
         where a.balance <> (select sum(t.amount) from core.account_txn t where t.account_no = a.account_no)) as wrong_heads`;

type BooksRow = {
  payouts: number;
  by_legacy: number;
  double_payouts: number;
  tax_postings: number;
  tax_missing: number;
  ledger_sum: string;
  wrong_heads: number;
};

/** Reads the books with the auditor's role. `acknowledged`: payouts that customers got as answers. */
export async function readBooks(
  auditorUrl: string,
  acknowledged: readonly AcknowledgedPayout[],
): Promise<Books> {
  const [row] = await query<BooksRow>(auditorUrl, BOOKS);
  if (row === undefined) throw new Error('the books gave no answer');
  return {
    payouts: row.payouts,
    byCore: { legacy: row.by_legacy, new: row.payouts - row.by_legacy },
    doublePayouts: row.double_payouts,
    taxPostings: row.tax_postings,
    taxMissing: row.tax_missing,
    ledgerSum: row.ledger_sum,
    wrongHeads: row.wrong_heads,
    acknowledgedButMissing: await acknowledgedButMissing(auditorUrl, acknowledged),
    broken: (await checkInvariants(auditorUrl, { drained: true })).map(violationText),
  };
}

async function acknowledgedButMissing(
  auditorUrl: string,
  acknowledged: readonly AcknowledgedPayout[],
): Promise<number> {
  const receipts = await query<{ payout_id: string; account_no: string; net: string }>(
    auditorUrl,
    'select payout_id, account_no, net::text from core.interest_payout',
  );
  const netOf = new Map(receipts.map((r) => [`${r.payout_id} ${r.account_no}`, r.net]));
  return acknowledged.filter((t) => netOf.get(`${t.payoutId} ${t.accountNo}`) !== t.net).length;
}
