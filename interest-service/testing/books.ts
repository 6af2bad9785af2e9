import type { TestDatabase } from '@core-exit/local-stack/testing';
import type pg from 'pg';
import { type AuditOptions, type AuditState, auditBooks } from '../src/audit/rebuild/audit.ts';
import { postgresBooks } from '../src/audit/rebuild/books.sql.ts';
import { emptyTally, type Tally } from '../src/audit/rebuild/tally.ts';
import type { Seal } from '../src/audit/seals/seal.ts';
import { sealEndedDays } from '../src/audit/seals/seal-days.ts';
import { postgresSealBook } from '../src/audit/seals/seals.sql.ts';
import { connectToBooks } from '../src/ledger/books-connection.ts';
import { taxRulesOnFile } from '../src/ledger/tax-rules.ts';

export const TAX_RULES = taxRulesOnFile(new URL('../rules/tax.json', import.meta.url));

export const newAudit = (): AuditState => ({
  phase: 'accounts',
  account: '',
  sealedDay: null,
  tally: emptyTally(),
});

/** Audits all accounts of a test's database, as the auditor. */
export async function auditAll(
  db: TestDatabase,
  options: Partial<AuditOptions> = {},
  state: AuditState = newAudit(),
): Promise<Tally> {
  const client = await connectToBooks(db.url('auditor'), { applicationName: 'audit-test', readOnly: true });
  try {
    await auditBooks(postgresBooks(client), state, {
      rules: TAX_RULES,
      anchors: new Map(),
      through: null,
      progress: { accounts() {}, seal() {} },
      keep() {},
      signal: new AbortController().signal,
      ...options,
    });
    return state.tally;
  } finally {
    await client.end();
  }
}

/** Seals the days of a test's database that are over. */
export async function sealAll(db: TestDatabase): Promise<Seal[] | 'busy'> {
  const url = db.url('interest_service');
  const client = await connectToBooks(url, { applicationName: 'seal-test', readOnly: false });
  try {
    const quiet = { onDay() {}, onAccounts() {}, onSealed() {} };
    return await sealEndedDays(postgresSealBook(client), quiet, new AbortController().signal);
  } finally {
    await client.end();
  }
}

const HISTORY = ['account_txn', 'posting', 'interest_payout', 'account_standing'];

/** Changes history as a superuser can who switches the guards off. The guards are on again afterwards. */
export async function tamper(owner: pg.Client, ...statements: string[]): Promise<void> {
  await owner.query('begin');
  for (const table of HISTORY) await owner.query(`alter table core.${table} disable trigger all`);
  for (const sql of statements) await owner.query(sql);
  for (const table of HISTORY) {
    await owner.query(`alter table core.${table} enable trigger all`);
    await owner.query(`alter table core.${table} enable always trigger append_only`);
  }
  await owner.query('commit');
}
