import type { ProblemBody } from '@core-exit/bank-contract';
import type { QueryResultRow } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { ACCOUNT_AS_OF, ACCOUNT_NOW } from '../ledger/account.sql.ts';
import { type AccountSqlRow, readAccount } from '../ledger/account-row.ts';
import { translate } from '../ledger/database-faults.ts';
import type { EarlierReply, Ledger, PayoutTransaction } from '../ledger/ports.ts';
import { AccountTurns } from './account-turns.ts';
import { LOCK_ACCOUNT, READ_ACCOUNT, WRITE_PAYOUT, WRITE_REFUSAL } from './payout.sql.ts';
import { inTwoTrips, type TwoTrips } from './payout-transaction.sql.ts';
import { payoutValues, refusalValues } from './payout-values.ts';
import { kstInstant, type ReceiptSqlRow, readReceipt, receiptsOf } from './receipts.sql.ts';

/** The shared core ledger in PostgreSQL. */
export function postgresLedger(source: DataSource): Ledger {
  const turns = new AccountTurns();
  return {
    payout: (accountNo, work) =>
      turns.take(accountNo, () => inTwoTrips(source, (trips) => work(payoutTransaction(trips)))),
    head: (accountNo) => readHead(source.manager, accountNo),
    receipts: (accountNo, limit) => receiptsOf(source.manager, { accountNo, payoutId: null, limit }),
    async receipt(accountNo, payoutId) {
      const [receipt] = await receiptsOf(source.manager, { accountNo, payoutId, limit: 1 });
      return receipt ?? null;
    },
    async accountNow(accountNo) {
      const row = await readRow(source.manager, ACCOUNT_NOW, [accountNo]);
      return row === undefined ? null : readAccount(row);
    },
    async accountAsOf(accountNo, { businessDate, ledgerSeq }) {
      const row = await readRow(source.manager, ACCOUNT_AS_OF, [accountNo, businessDate, ledgerSeq]);
      if (row === undefined) return 'no-account';
      return isBasisOf(row) ? readAccount(row) : 'no-basis';
    },
  };
}

function payoutTransaction(trips: TwoTrips): PayoutTransaction {
  return {
    async lockAndRead(accountNo, customerId, channelKey) {
      const [locked, row] = await trips.first<QueryResultRow, PayoutReadRow>(
        { ...LOCK_ACCOUNT, values: [accountNo, customerId] },
        { ...READ_ACCOUNT, values: [channelKey, accountNo] },
      );
      if (locked === undefined) return null; // what was read is somebody else's, and was not waited for
      if (row === undefined) throw new Error('a locked account cannot be gone');
      return { account: readAccount(row), earlier: readEarlier(row), payoutId: row.payout_id };
    },
    async pay(payout) {
      const row = await trips.last<{ balance_after: string; paid_at_ms: string }>({
        ...WRITE_PAYOUT,
        values: payoutValues(payout),
      });
      if (row === undefined)
        throw new Error(`account head moved under the lock: ${payout.payoutId} was not written`);
      return { balanceAfter: BigInt(row.balance_after), paidAt: kstInstant(row.paid_at_ms) };
    },
    refuse: async (refused) => void (await trips.last({ ...WRITE_REFUSAL, values: refusalValues(refused) })),
  };
}

type PayoutReadRow = AccountSqlRow & {
  payout_id: string;
  earlier_receipt: ReceiptSqlRow | null;
  earlier_refusal: { request_hash: string; problem: ProblemBody } | null;
};

/** A receipt outranks a refusal: the other core, which keeps no refusals, may have paid under this key since. */
function readEarlier({ earlier_receipt, earlier_refusal }: PayoutReadRow): EarlierReply | null {
  if (earlier_receipt !== null) return { kind: 'paid', receipt: readReceipt(earlier_receipt) };
  if (earlier_refusal === null) return null;
  const { request_hash: requestHash, problem } = earlier_refusal;
  return { kind: 'refused', requestHash, problem };
}

function isBasisOf(row: AccountSqlRow): boolean {
  return (
    BigInt(row.ledger_seq) <= BigInt(row.head_seq) && row.business_date >= row.opened_on && row.terms !== null
  );
}

async function readRow(
  manager: EntityManager,
  sql: string,
  parameters: unknown[],
): Promise<AccountSqlRow | undefined> {
  try {
    const [row] = await manager.query<AccountSqlRow[]>(sql, parameters);
    return row;
  } catch (fault) {
    throw translate(fault);
  }
}

async function readHead(manager: EntityManager, accountNo: string) {
  try {
    const [head] = await manager.query<{ customer_id: string; last_seq: string; business_date: string }[]>(
      `select customer_id, last_seq::text, core.business_date()::text as business_date
         from core.account where account_no = $1`,
      [accountNo],
    );
    if (head === undefined) return null;
    const { customer_id: customerId, last_seq: lastSeq, business_date: businessDate } = head;
    return { customerId, ledgerSeq: BigInt(lastSeq), businessDate };
  } catch (fault) {
    throw translate(fault);
  }
}
