import type { DataSource, EntityManager } from 'typeorm';
import { ACCOUNT_AS_OF } from '../ledger/account.sql.ts';
import { type AccountSqlRow, readAccount } from '../ledger/account-row.ts';
import { postEntry, putEvent } from '../ledger/entries.sql.ts';
import {
  lockAccount,
  readStandingPayout,
  STANDING_PAYOUT_COLUMNS,
  type StandingPayoutRow,
  WITH_CORRECTIONS,
} from '../ledger/standing-payout.sql.ts';
import type { LockedAccount } from '../ledger/standing-payout.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type {
  AffectedPayout,
  CorrectionDependencies,
  CorrectionTransaction,
  NewCorrection,
} from './correction.ts';
import type { PendingCorrections } from './correction-run.ts';

/** What corrections need of the shared core ledger. */
export function postgresCorrections(
  source: DataSource,
): Pick<CorrectionDependencies, 'transaction'> & PendingCorrections & { countPending(): Promise<number> } {
  return {
    transaction: (work) => inTransaction(source, (manager) => work(correctionTransaction(manager))),
    async pendingAccounts(after, limit) {
      const rows = await source.query<{ account_no: string }[]>(
        `select distinct t.account_no ${PENDING_PAIRS} and t.account_no > $1 order by t.account_no limit $2`,
        [after, limit],
      );
      return rows.map((row) => row.account_no);
    },
    async countPending() {
      const [row] = await source.query<{ n: number }[]>(
        `select count(distinct t.account_no)::int as n ${PENDING_PAIRS}`,
      );
      return row?.n ?? 0;
    },
  };
}

/** A movement `t` valued inside the period, or before it, of a payout `p` that was made earlier and stands. */
const CHANGES = `
  t.account_no = p.account_no and t.seq > p.seq and t.value_date < p.period_to and t.value_date < t.business_date
  and not exists (select from core.interest_reversal r where r.payout_id = p.payout_id)
  and not exists (select from core.interest_correction f where f.payout_id = p.payout_id and f.movement_seq >= t.seq)`;

const PENDING_PAIRS = `
  from core.account_txn t join core.interest_payout p on ${CHANGES}
 where t.value_date < t.business_date`;

function correctionTransaction(manager: EntityManager): CorrectionTransaction {
  return {
    lockAccount: (accountNo) => lockAccount(manager, accountNo),
    affected: (accountNo) => affectedPayouts(manager, accountNo),
    async accountAsOf(accountNo, businessDate, ledgerSeq) {
      const [row] = await manager.query<AccountSqlRow[]>(ACCOUNT_AS_OF, [accountNo, businessDate, ledgerSeq]);
      if (row === undefined) throw new Error('a locked account cannot be gone');
      return readAccount(row);
    },
    writeCorrection: (correction) => writeCorrection(manager, correction),
  };
}

async function affectedPayouts(manager: EntityManager, accountNo: string): Promise<AffectedPayout[]> {
  const rows = await manager.query<(StandingPayoutRow & { movement_seq: string })[]>(
    `select ${STANDING_PAYOUT_COLUMNS}, m.movement_seq::text
       from core.interest_payout p ${WITH_CORRECTIONS}
      cross join lateral (select max(t.seq) as movement_seq from core.account_txn t where ${CHANGES}) m
      where p.account_no = $1 and m.movement_seq is not null
      order by p.seq`,
    [accountNo],
  );
  return rows.map((row) => ({ ...readStandingPayout(row), movementSeq: BigInt(row.movement_seq) }));
}

const WRITE_CORRECTION = `
insert into core.interest_correction
  (correction_id, payout_id, account_no, movement_seq, seq, business_date, gross, income_tax, local_tax, farm_tax, net,
   tax_rule_version, balance_after, corrected_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, coalesce($14::timestamptz, core.bank_now()))`;

async function writeCorrection(manager: EntityManager, correction: NewCorrection): Promise<LockedAccount> {
  const { correctionId, accountNo, payout, account, posted } = correction;
  const difference = posted?.difference;
  const entry =
    difference &&
    (await postEntry(manager, {
      kind: 'CORRECTION',
      accountNo,
      basisSeq: account.ledgerSeq,
      businessDate: account.businessDate,
      amount: difference.net,
      lines: difference.lines,
      documentId: correctionId,
      paidThrough: null,
    }));
  const balanceAfter = entry?.balance_after ?? String(account.balance);
  await manager.query(WRITE_CORRECTION, [
    correctionId,
    payout.payoutId,
    accountNo,
    payout.movementSeq,
    entry?.seq ?? null,
    account.businessDate,
    difference?.gross ?? 0n,
    difference?.incomeTax ?? 0n,
    difference?.localTax ?? 0n,
    difference?.farmTax ?? 0n,
    difference?.net ?? 0n,
    payout.taxRuleVersion,
    balanceAfter,
    entry?.at ?? null,
  ]);
  if (posted !== null) await putEvent(manager, correctionId, posted.event);
  return {
    ...account,
    balance: BigInt(balanceAfter),
    ledgerSeq: entry === undefined ? account.ledgerSeq : BigInt(entry.seq),
  };
}
