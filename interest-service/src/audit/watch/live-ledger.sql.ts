import { type AccountSqlRow, readStanding } from '../../ledger/account-row.ts';
import { type Queryable, rowsOf } from '../../ledger/books-connection.ts';
import { historiesOf, readAllProducts } from '../../ledger/history.sql.ts';
import type { EntryFacts } from './anomalies.ts';
import {
  ACCOUNTS_AFTER,
  ENTRIES_BETWEEN,
  OPEN_TAX_POSTINGS,
  POSITION,
  STILL_OPEN,
} from './live-ledger-statements.sql.ts';
import type { LiveLedger } from './watch.ts';

type FactsRow = {
  account_no: string;
  seq: string;
  kind: string;
  amount: string;
  balance_after: string;
  business_date: string;
  taken_over: boolean;
  balance_before: string;
  count: number;
  sum: string;
  customer: string;
  interest_before: number;
  head_balance: string | null;
  head_seq: string | null;
  history_end: string;
  last_closing: string | null;
  standing: AccountSqlRow['standing'] | null;
  payout_id: string | null;
  net: string | null;
  core: string | null;
  is_scheduled: boolean | null;
  corporate_allowed: boolean | null;
  pays_under_withdrawal_stop: boolean | null;
  intruded: boolean;
};

/** The live ledger, read on one connection. */
export function postgresLiveLedger(client: Queryable): LiveLedger {
  return {
    async position() {
      const [row] = await rowsOf<{ position: string }>(client, POSITION);
      return row?.position ?? '';
    },
    async entries(from, to, after, limit) {
      const key = [after?.accountNo ?? '', after?.seq ?? 0n];
      const rows = await rowsOf<FactsRow>(client, ENTRIES_BETWEEN, [from, to, ...key, limit]);
      return rows.map(readFacts);
    },
    products: () => readAllProducts(client),
    async histories(after, limit) {
      const rows = await rowsOf<{ account_no: string }>(client, ACCOUNTS_AFTER, [after, limit]);
      return await historiesOf(
        client,
        rows.map((row) => row.account_no),
      );
    },
    async openTaxPostings() {
      const rows = await rowsOf<{ payout_id: string; account_no: string; seq: string }>(
        client,
        OPEN_TAX_POSTINGS,
      );
      return rows.map((row) => ({
        payoutId: row.payout_id,
        accountNo: row.account_no,
        seq: BigInt(row.seq),
      }));
    },
    async stillOpen(payoutIds) {
      return (await rowsOf<{ id: string }>(client, STILL_OPEN, [payoutIds])).map(({ id }) => id);
    },
  };
}

function readFacts(row: FactsRow): EntryFacts {
  return {
    accountNo: row.account_no,
    seq: BigInt(row.seq),
    kind: row.kind,
    amount: BigInt(row.amount),
    balanceAfter: BigInt(row.balance_after),
    businessDate: row.business_date,
    takenOver: row.taken_over,
    balanceBefore: BigInt(row.balance_before),
    lines: { count: row.count, sum: BigInt(row.sum), customer: BigInt(row.customer) },
    interestBefore: row.interest_before,
    // Without an account, a head that no history can have.
    head: { balance: BigInt(row.head_balance ?? '-1'), lastSeq: BigInt(row.head_seq ?? '-1') },
    historyEnd: BigInt(row.history_end),
    lastClosing: row.last_closing === null ? null : BigInt(row.last_closing),
    standing: row.standing === null ? null : readStanding(row.standing),
    receipt:
      row.payout_id === null
        ? null
        : {
            payoutId: row.payout_id,
            net: BigInt(row.net ?? '0'),
            core: row.core ?? '',
            occasion: row.is_scheduled ? 'scheduled' : 'on-demand',
          },
    terms:
      row.corporate_allowed === null
        ? null
        : {
            corporateAllowed: row.corporate_allowed,
            paysUnderWithdrawalStop: row.pays_under_withdrawal_stop ?? false,
          },
    intruded: row.intruded,
  };
}
