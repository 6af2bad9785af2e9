import type { DataSource, EntityManager } from 'typeorm';
import { interestPaid } from '../flows/payout-event.ts';
import type { Ledger, PayoutTransaction } from '../flows/ports.ts';
import { AccountEntity } from './account-entity.ts';
import { type AccountSqlRow, readAccount } from './account-reader.ts';
import { ACCOUNT_AS_OF, ACCOUNT_NOW } from './account-sql.ts';
import { receiptByKey, receiptsOf, writePayout } from './receipts.ts';
import { inTransaction, translate } from './transaction.ts';

/** The shared core ledger in PostgreSQL. */
export function postgresLedger(source: DataSource): Ledger {
  return {
    transaction: (work) => inTransaction(source, (manager) => work(payoutTransaction(manager))),
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

function payoutTransaction(manager: EntityManager): PayoutTransaction {
  return {
    async lockAccount(accountNo) {
      const account = await manager.findOne(AccountEntity, {
        where: { accountNo },
        lock: { mode: 'pessimistic_write' },
      });
      return account && { customerId: account.customerId };
    },
    async read(accountNo, customerId, channelKey) {
      const row = await readRow(manager, ACCOUNT_NOW, [accountNo]);
      if (row === undefined) throw new Error('a locked account cannot be gone');
      return { account: readAccount(row), earlier: await receiptByKey(manager, customerId, channelKey) };
    },
    write: (payout) => writePayout(manager, payout, interestPaid(payout)),
  };
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
    const [head] = await manager.query<{ customer_id: string; last_seq: string }[]>(
      'select customer_id, last_seq::text from core.account where account_no = $1',
      [accountNo],
    );
    return head === undefined ? null : { customerId: head.customer_id, ledgerSeq: BigInt(head.last_seq) };
  } catch (fault) {
    throw translate(fault);
  }
}
