import type { DataSource, EntityManager } from 'typeorm';
import { ReversalEntity } from '../ledger/entities.ts';
import { postEntry, putTaxEvent } from '../ledger/entries.sql.ts';
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

/** Reversals in the shared core ledger. */
export function postgresReversals(
  source: DataSource,
  onFault: (fault: unknown) => void,
): Pick<ReversalDependencies, 'transaction' | 'logRefusal'> {
  return {
    transaction: (work) => inTransaction(source, (manager) => work(reversalTransaction(manager))),
    async logRefusal({ operatorId, accountNo, payoutId, traceId }, reason, outcome) {
      const values = [operatorId, accountNo, payoutId, traceId, reason, outcome];
      await source.query(REFUSED, values).catch(onFault);
    },
  };
}

const PAYOUT = `
select ${STANDING_PAYOUT_COLUMNS} from core.interest_payout p ${WITH_CORRECTIONS}
 where p.account_no = $1 and p.payout_id = $2`;

const REFUSED = `
insert into interest.operator_audit (operator_id, action, account_no, payout_id, trace_id, reason, outcome)
values ($1, 'REVERSAL', $2, $3, $4, $5, $6)`;

function reversalTransaction(manager: EntityManager): ReversalTransaction {
  return {
    lockAccount: (accountNo) => lockAccount(manager, accountNo),
    reversalByKey: (operatorId, idempotencyKey) => reversalByKey(manager, operatorId, idempotencyKey),
    async payout(accountNo, payoutId) {
      const [row] = await manager.query<StandingPayoutRow[]>(PAYOUT, [accountNo, payoutId]);
      return row === undefined ? null : readStandingPayout(row);
    },
    writeReversal: (reversal) => writeReversal(manager, reversal),
  };
}

async function writeReversal(manager: EntityManager, reversal: NewReversal): Promise<void> {
  const { reversalId, payout, account, request, event } = reversal;
  const entry = await postEntry(manager, {
    kind: 'REVERSAL',
    accountNo: request.accountNo,
    basisSeq: account.ledgerSeq,
    businessDate: account.businessDate,
    amount: -payout.net,
    lines: reversal.lines,
    documentId: reversalId,
    paidThrough: payout.period.from,
  });
  await manager.insert(ReversalEntity, {
    reversalId,
    payoutId: payout.payoutId,
    accountNo: request.accountNo,
    seq: entry.seq,
    basisSeq: String(account.ledgerSeq),
    operatorId: request.operatorId,
    operatorKey: reversal.idempotencyKey,
    requestHash: reversal.requestHash,
    reason: reversal.reason,
    traceId: request.traceId,
    businessDate: account.businessDate,
    gross: String(-payout.gross),
    incomeTax: String(-payout.incomeTax),
    localTax: String(-payout.localTax),
    farmTax: String(-payout.farmTax),
    net: String(-payout.net),
    balanceAfter: entry.balanceAfter,
    reopenedFrom: payout.period.from,
    reversedAt: entry.at,
  });
  await putTaxEvent(manager, reversalId, event);
}

/** $1 operator, $2 idempotency key. */
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
  idempotencyKey: string,
): Promise<StoredReversal | null> {
  const [row] = await manager.query<ReversalRow[]>(BY_KEY, [operatorId, idempotencyKey]);
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
