import type { ProblemBody } from '@core-exit/bank-contract';
import { Fault } from '@core-exit/process/faults';
import type { QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { ACCOUNT_NOW_COLUMNS, BASIS_NOW } from '../ledger/account.sql.ts';
import { type AccountSqlRow, readAccount } from '../ledger/account-row.ts';
import { headMoved } from '../ledger/entries.sql.ts';
import { INTEREST_FAULTS } from '../ledger/faults.ts';
import { payoutValues, WRITE_ONE_PAYOUT } from '../ledger/payouts.sql.ts';
import { AccountTurns } from './account-turns.ts';
import type { EarlierReply, NewRefusal, PayoutDependencies, PayoutTransaction } from './payout.ts';
import { inTwoTrips, type TwoTrips } from './payout-transaction.sql.ts';
import { kstInstant, RECEIPT_COLUMNS, type ReceiptSqlRow, readReceipt } from './receipts.sql.ts';

/**
 * The statements of a payout are prepared, each with a name. Every parameter stands in its text exactly once and in order, and
 * no text has a colon before a letter, so that pgbench can send the same bytes (`npm run bench -- payout`).
 */
export type Prepared = { readonly name: string; readonly text: string };

/** $1 account, $2 customer. Another customer neither waits for the lock of an account nor gets it. */
export const LOCK_ACCOUNT: Prepared = {
  name: 'payout_lock',
  text: 'select last_seq from core.account where account_no = $1 and customer_id = $2 for update',
};

/**
 * $1 idempotency key, $2 account. The account as it is now, the reply that the customer's key already has, and the id of the
 * payout that may follow. Ids ascend with time (version 7), so that the indexes of receipts and events grow at one end.
 */
export const READ_ACCOUNT: Prepared = {
  name: 'payout_read',
  text: `
select ${ACCOUNT_NOW_COLUMNS},
       uuidv7()::text as payout_id,
       (select to_jsonb(r) from (select ${RECEIPT_COLUMNS} from core.interest_payout p
         where p.customer_id = a.customer_id and p.channel_key = k.channel_key) r) as earlier_receipt,
       (select jsonb_build_object('request_hash', r.request_hash, 'problem', r.problem) from interest.reply r
         where r.customer_id = a.customer_id and r.channel_key = k.channel_key) as earlier_refusal
  from core.account a
 cross join ${BASIS_NOW}
 cross join (select $1::text as channel_key) k
 where a.account_no = $2`,
};

/** Everything that a payout writes, in one statement: the checks of the ledger see it together, and it costs one round trip. */
export const WRITE_PAYOUT: Prepared = { name: 'payout_write', text: WRITE_ONE_PAYOUT };

/** A refusal: the reply of its idempotency key, and a row with every reason for auditors. */
export const WRITE_REFUSAL: Prepared = {
  name: 'payout_refuse',
  text: `
with given as materialized (
  select $1::text as customer_id, $2::text as channel_key, $3::text as request_hash, $4::jsonb as problem,
         $5::text as account_no, $6::text as trace_id, $7::date as business_date, $8::bigint as ledger_seq,
         $9::text as code, $10::text[] as reasons
),
kept as (
  insert into interest.reply (customer_id, channel_key, request_hash, problem)
  select customer_id, channel_key, request_hash, problem from given
)
insert into interest.refusal_audit (customer_id, account_no, trace_id, business_date, ledger_seq, code, reasons)
select customer_id, account_no, trace_id, business_date, ledger_seq, code, reasons from given`,
};

/** Payouts on the shared core ledger in PostgreSQL. */
export function payoutTransactions(source: DataSource): PayoutDependencies['transaction'] {
  const turns = new AccountTurns();
  return (accountNo, work) =>
    turns.take(accountNo, () => inTwoTrips(source, (trips) => work(payoutTransaction(trips))));
}

function payoutTransaction(trips: TwoTrips): PayoutTransaction {
  return {
    async lockAndRead(accountNo, customerId, idempotencyKey) {
      const [locked, row] = await trips.first<QueryResultRow, PayoutReadRow>(
        { ...LOCK_ACCOUNT, values: [accountNo, customerId] },
        { ...READ_ACCOUNT, values: [idempotencyKey, accountNo] },
      );
      // Without a lock the row is of another customer, and the read did not wait for its writers.
      if (locked === undefined) return null;
      if (row === undefined) {
        throw new Fault(INTEREST_FAULTS.LEDGER_INCOMPLETE, `account ${accountNo} vanished under its lock`);
      }
      return { account: readAccount(row), earlier: readEarlier(row), payoutId: row.payout_id };
    },
    async pay(payout) {
      const row = await trips.last<{ balance_after: string; paid_at_ms: string }>({
        ...WRITE_PAYOUT,
        values: payoutValues(payout),
      });
      if (row === undefined) throw headMoved(`payout ${payout.payoutId}`);
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

/** A receipt outranks a refusal: the other core, which stores no refusals, may have paid under this key since. */
function readEarlier({ earlier_receipt, earlier_refusal }: PayoutReadRow): EarlierReply | null {
  if (earlier_receipt !== null) return { kind: 'paid', receipt: readReceipt(earlier_receipt) };
  if (earlier_refusal === null) return null;
  const { request_hash: requestHash, problem } = earlier_refusal;
  return { kind: 'refused', requestHash, problem };
}

/** The parameters of {@link WRITE_REFUSAL}, in order. */
function refusalValues({ request, account, refusal, ...refused }: NewRefusal): unknown[] {
  return [
    request.customerId,
    refused.idempotencyKey,
    refused.requestHash,
    JSON.stringify(refused.problem),
    request.accountNo,
    request.traceId,
    account.basis.businessDate,
    account.basis.ledgerSeq,
    refusal.code,
    refusal.code === 'NOT_ELIGIBLE' ? refusal.allReasons : [],
  ];
}
