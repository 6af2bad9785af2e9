import { Fault } from '@core-exit/process/faults';
import type { DataSource, EntityManager } from 'typeorm';
import { ACCOUNT_AS_OF } from '../ledger/account.sql.ts';
import { type AccountSqlRow, readAccount } from '../ledger/account-row.ts';
import { CorrectionEntity } from '../ledger/entities.ts';
import { postEntry, putTaxEvent } from '../ledger/entries.sql.ts';
import { INTEREST_FAULTS } from '../ledger/faults.ts';
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

/** Corrections in the shared core ledger. */
export function postgresCorrections(
  source: DataSource,
): Pick<CorrectionDependencies, 'transaction'> & PendingCorrections & { countPending(): Promise<number> } {
  return {
    transaction: (work) => inTransaction(source, (manager) => work(correctionTransaction(manager))),
    async pendingAccounts(after, limit) {
      const rows = await source.query<{ account_no: string }[]>(PENDING_ACCOUNTS, [after, limit]);
      return rows.map((row) => row.account_no);
    },
    async countPending() {
      const [row] = await source.query<{ n: number }[]>(COUNT_PENDING);
      return row?.n ?? 0;
    },
  };
}

/** The movement `t` is valued in or before the period of the payout `p`, which was made earlier and stands. */
const CHANGES = `
  t.account_no = p.account_no and t.seq > p.seq and t.value_date < p.period_to and t.value_date < t.business_date
  and not exists (select from core.interest_reversal r where r.payout_id = p.payout_id)
  and not exists (select from core.interest_correction f where f.payout_id = p.payout_id and f.movement_seq >= t.seq)`;

const PENDING_PAIRS = `
  from core.account_txn t join core.interest_payout p on ${CHANGES}
 where t.value_date < t.business_date`;

/** $1 the account before, $2 limit. */
const PENDING_ACCOUNTS = `
select distinct t.account_no ${PENDING_PAIRS} and t.account_no > $1 order by t.account_no limit $2`;

const COUNT_PENDING = `select count(distinct t.account_no)::int as n ${PENDING_PAIRS}`;

/** $1 account. */
const AFFECTED = `
select ${STANDING_PAYOUT_COLUMNS}, m.movement_seq::text
  from core.interest_payout p ${WITH_CORRECTIONS}
 cross join lateral (select max(t.seq) as movement_seq from core.account_txn t where ${CHANGES}) m
 where p.account_no = $1 and m.movement_seq is not null
 order by p.seq`;

function correctionTransaction(manager: EntityManager): CorrectionTransaction {
  return {
    lockAccount: (accountNo) => lockAccount(manager, accountNo),
    affected: (accountNo) => affectedPayouts(manager, accountNo),
    async accountAsOf(accountNo, businessDate, ledgerSeq) {
      const [row] = await manager.query<AccountSqlRow[]>(ACCOUNT_AS_OF, [accountNo, businessDate, ledgerSeq]);
      if (row === undefined)
        throw new Fault(INTEREST_FAULTS.LEDGER_INCOMPLETE, `account ${accountNo} vanished under its lock`);
      return readAccount(row);
    },
    writeCorrection: (correction) => writeCorrection(manager, correction),
  };
}

async function affectedPayouts(manager: EntityManager, accountNo: string): Promise<AffectedPayout[]> {
  const rows = await manager.query<(StandingPayoutRow & { movement_seq: string })[]>(AFFECTED, [accountNo]);
  return rows.map((row) => ({ ...readStandingPayout(row), movementSeq: BigInt(row.movement_seq) }));
}

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
  const balanceAfter = entry?.balanceAfter ?? String(account.balance);
  await manager.insert(CorrectionEntity, {
    correctionId,
    payoutId: payout.payoutId,
    accountNo,
    movementSeq: String(payout.movementSeq),
    seq: entry?.seq ?? null,
    businessDate: account.businessDate,
    gross: String(difference?.gross ?? 0n),
    incomeTax: String(difference?.incomeTax ?? 0n),
    localTax: String(difference?.localTax ?? 0n),
    farmTax: String(difference?.farmTax ?? 0n),
    net: String(difference?.net ?? 0n),
    taxRuleVersion: payout.taxRuleVersion,
    balanceAfter,
    correctedAt: entry?.at ?? (() => 'core.bank_now()'),
  });
  if (posted !== null) await putTaxEvent(manager, correctionId, posted.event);
  return {
    ...account,
    balance: BigInt(balanceAfter),
    ledgerSeq: entry === undefined ? account.ledgerSeq : BigInt(entry.seq),
  };
}
