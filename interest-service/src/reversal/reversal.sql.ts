import type { DataSource, EntityManager } from 'typeorm';
import { postEntry, putEvent } from '../ledger/entries.sql.ts';
import {
  lockAccount,
  readAmounts,
  readLines,
  readStandingPayout,
  STANDING_PAYOUT_COLUMNS,
  type StandingPayoutRow,
  WITH_CORRECTIONS,
} from '../ledger/standing-payout.sql.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { NewReversal, ReversalDependencies, ReversalTransaction, StoredReversal } from './reversal.ts';

/** What an operator's reversal needs of the shared core ledger. */
export function postgresReversals(
  source: DataSource,
  onFault: (fault: unknown) => void,
): Pick<ReversalDependencies, 'transaction' | 'auditRefusal'> {
  return {
    transaction: (work) => inTransaction(source, (manager) => work(reversalTransaction(manager))),
    async auditRefusal({ operatorId, accountNo, payoutId, traceId }, reason, outcome) {
      const values = [operatorId, accountNo, payoutId, traceId, reason, outcome];
      await source.query(REFUSED, values).catch(onFault);
    },
  };
}

const REFUSED = `
insert into interest.operator_audit (operator_id, action, account_no, payout_id, trace_id, reason, outcome)
values ($1, 'REVERSAL', $2, $3, $4, $5, $6)`;

function reversalTransaction(manager: EntityManager): ReversalTransaction {
  return {
    lockAccount: (accountNo) => lockAccount(manager, accountNo),
    reversalByKey: (operatorId, key) => reversalByKey(manager, operatorId, key),
    async payout(accountNo, payoutId) {
      const [row] = await manager.query<StandingPayoutRow[]>(
        `select ${STANDING_PAYOUT_COLUMNS} from core.interest_payout p ${WITH_CORRECTIONS}
          where p.account_no = $1 and p.payout_id = $2`,
        [accountNo, payoutId],
      );
      return row === undefined ? null : readStandingPayout(row);
    },
    writeReversal: (reversal) => writeReversal(manager, reversal),
  };
}

const WRITE_REVERSAL = `
insert into core.interest_reversal
  (reversal_id, payout_id, account_no, seq, basis_seq, operator_id, operator_key, request_hash, reason, trace_id,
   business_date, gross, income_tax, local_tax, farm_tax, net, balance_after, reopened_from, reversed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`;

async function writeReversal(manager: EntityManager, reversal: NewReversal): Promise<void> {
  const { reversalId, payout, account, asked, event } = reversal;
  const entry = await postEntry(manager, {
    kind: 'REVERSAL',
    accountNo: asked.accountNo,
    basisSeq: account.ledgerSeq,
    businessDate: account.businessDate,
    amount: -payout.net,
    lines: reversal.lines,
    documentId: reversalId,
    paidThrough: payout.period.from,
  });
  await manager.query(WRITE_REVERSAL, [
    reversalId,
    payout.payoutId,
    asked.accountNo,
    entry.seq,
    account.ledgerSeq,
    asked.operatorId,
    reversal.operatorKey,
    reversal.requestHash,
    reversal.reason,
    asked.traceId,
    account.businessDate,
    -payout.gross,
    -payout.incomeTax,
    -payout.localTax,
    -payout.farmTax,
    -payout.net,
    entry.balance_after,
    payout.period.from,
    entry.at,
  ]);
  await putEvent(manager, reversalId, event);
}

const BY_KEY = `
select r.reversal_id, r.payout_id, r.account_no, r.request_hash, r.reason, r.business_date::text, r.basis_seq::text,
       p.period_from::text, p.period_to::text, (-r.gross)::text as gross, (-r.income_tax)::text as income_tax,
       (-r.local_tax)::text as local_tax, (-r.farm_tax)::text as farm_tax, (-r.net)::text as net, r.balance_after::text,
       to_char(r.reversed_at at time zone 'Asia/Seoul', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+09:00"') as reversed_at,
       (select jsonb_agg(jsonb_build_object('glCode', l.gl_code, 'amount', l.amount::text))
          from core.posting l where l.account_no = r.account_no and l.seq = r.seq) as lines
  from core.interest_reversal r join core.interest_payout p using (payout_id)
 where r.operator_id = $1 and r.operator_key = $2`;

type ReversalRow = Parameters<typeof readAmounts>[0] &
  Record<
    | 'reversal_id'
    | 'payout_id'
    | 'account_no'
    | 'request_hash'
    | 'reason'
    | 'business_date'
    | 'basis_seq'
    | 'period_from'
    | 'period_to'
    | 'balance_after'
    | 'reversed_at',
    string
  > & { lines: Parameters<typeof readLines>[0] };

async function reversalByKey(
  manager: EntityManager,
  operatorId: string,
  key: string,
): Promise<StoredReversal | null> {
  const [row] = await manager.query<ReversalRow[]>(BY_KEY, [operatorId, key]);
  if (row === undefined) return null;
  return {
    reversalId: row.reversal_id,
    payoutId: row.payout_id,
    accountNo: row.account_no,
    requestHash: row.request_hash,
    reason: row.reason,
    businessDate: row.business_date,
    period: { from: row.period_from, to: row.period_to },
    ...readAmounts(row),
    basisSeq: BigInt(row.basis_seq),
    balanceAfter: BigInt(row.balance_after),
    lines: readLines(row.lines),
    reversedAt: row.reversed_at,
  };
}
