import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTaxRules } from '@core-exit/interest-service/tax-rules';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothCores, startBothCores } from '../../testing/both-cores.ts';
import { loadCases } from '../load/load.ts';
import { kindOf, schemaFaults } from '../load/schema-checks.ts';
import { SEMANTIC_CHECKS } from '../load/semantic-checks.ts';
import { count, type Result } from '../result.ts';
import type { Case } from '../row/row.ts';
import { runOnDomain } from '../targets/run-domain.ts';
import { capture } from './capture.sql.ts';
import { caseLedger } from './case-ledger.sql.ts';
import { CORES, type CoreName } from './core-client.ts';
import { accountOf, type LedgerAccount } from './ledger-account.ts';
import { runOnCores } from './run-cores.ts';
import type { Stack } from './stack.ts';

const folder = (name: string) => fileURLToPath(new URL(`../../cases/${name}`, import.meta.url));
const golden = loadCases([folder('golden')]);
const matrix = loadCases([folder('matrix')]);
const byId = (...ids: string[]): Case[] => golden.filter(({ row }) => ids.includes(row.id));

/** A stack with two customers, who own the accounts of real payments. */
async function stackOf(cores: BothCores): Promise<Stack> {
  const customerIds = ['C100000001', 'C100000002'];
  await query(cores, `insert into core.customer select unnest($1::text[]), '홍길동' on conflict do nothing`, [
    customerIds,
  ]);
  return {
    interestService: cores.urls.new,
    legacyAdapter: cores.urls.legacy,
    postgres: cores.db.url(),
    tokens: { service: await cores.auth.signToken({ sub: 'gateway', scope: 'core.rehearse' }) },
    customers: await Promise.all(
      customerIds.map(async (customerId) => ({
        customerId,
        token: await cores.auth.signToken({ sub: customerId }),
      })),
    ),
  };
}

async function query<Row extends pg.QueryResultRow>(
  cores: BothCores,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: cores.db.url() });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

async function run(
  cores: BothCores,
  cases: readonly Case[],
  on: readonly CoreName[] = CORES,
): Promise<Result[]> {
  const progress = { total() {}, step() {} };
  const { signal } = new AbortController();
  return runOnCores(cases, { stack: await stackOf(cores), cores: on, signal, progress, pays: true });
}

const failuresOf = (results: readonly Result[]) =>
  results.flatMap((result) =>
    result.outcome === 'fail' ? [`${result.one.row.id}: ${result.problems.join('; ')}`] : [],
  );

describe('cases on both cores', () => {
  let cores: BothCores;
  beforeAll(async () => {
    cores = await startBothCores();
  });
  afterAll(() => cores.stop());

  it('a sample of the matrix and of the golden rows passes on both cores, and some rows are paid', async () => {
    const everySeventh = [...golden, ...matrix].filter(
      (one, i) => i % 7 === 0 && one.row.id !== 'published-year-of-daily-payouts',
    );
    const results = await run(cores, everySeventh);
    expect(failuresOf(results)).toEqual([]);
    expect(count(results).passed).toBeGreaterThan(500);
    expect(results.filter((result) => result.outcome === 'pass' && result.paid).length).toBeGreaterThan(3);
    const [paid] = await query<{ n: number }>(
      cores,
      `select count(*)::int as n from core.interest_payout where customer_id like 'C10000000%' and business_date = core.business_date()`,
    );
    expect(paid?.n).toBeGreaterThan(3);
  }, 120_000);

  it('leaves books whose sums agree', async () => {
    const wrong = await query(
      cores,
      `select account_no from core.account a
        where balance <> (select coalesce(sum(amount), 0) from core.account_txn t where t.account_no = a.account_no)
           or balance <> coalesce((select closing from core.day_balance d where d.account_no = a.account_no
                                    order by business_date desc limit 1), 0)
           or last_seq <> coalesce((select max(seq) from core.account_txn t where t.account_no = a.account_no), 0)`,
    );
    expect(wrong).toEqual([]);
  });

  it('rows that a won ledger cannot hold are skipped with the reason', async () => {
    const results = await run(cores, byId('rounding-cents-balance'));
    expect(results).toMatchObject([
      { outcome: 'skipped', reason: expect.stringContaining('rounding.scale') as unknown },
    ]);
  });

  it('a row with a wrong expectation fails on each core', async () => {
    const [one] = byId('published-one-day-50000000');
    const wrong = { ...one, row: { ...one?.row, expect: { net: '2317' } } } as Case;
    for (const core of CORES) {
      expect(await run(cores, [wrong], [core])).toMatchObject([
        { outcome: 'fail', problems: [`${core} differs in net`], actual: { net: '2329' } },
      ]);
    }
  });

  it('an account at a basis is captured as a row with the same answer', async () => {
    const ids = [
      'class-treaty-on-top',
      'days-three-rate-steps',
      'days-emptied-and-back',
      'precedence-all-holds',
    ];
    const ledger = caseLedger(cores.db.url(), 1);
    try {
      for (const one of byId(...ids)) {
        const account = accountOf(one) as LedgerAccount;
        const [opened] = await ledger.open([{ account }]);
        const given = await capture(cores.db.url(), {
          accountNo: opened?.accountNo ?? '',
          businessDate: account.businessDate,
          ledgerSeq: String(opened?.ledgerSeq),
        });
        const row = JSON.parse(JSON.stringify({ ...one.row, given })) as unknown;
        expect([kindOf(row), schemaFaults('payout', row), SEMANTIC_CHECKS.payout(row)]).toEqual([
          'payout',
          [],
          [],
        ]);
        expect(runOnDomain([{ ...one, row } as Case])).toMatchObject([{ outcome: 'pass' }]);
      }
    } finally {
      await ledger.close();
    }
    expect(byId(...ids)).toHaveLength(ids.length);
  });

  it('an account or entry that does not exist cannot be captured', async () => {
    const basis = { accountNo: '999999999999', businessDate: '2026-01-01', ledgerSeq: '0' };
    await expect(capture(cores.db.url(), basis)).rejects.toThrow('no account 999999999999');
  });

  it('an interrupted run sends no further request', async () => {
    const stack = await stackOf(cores);
    const progress = { total() {}, step() {} };
    const options = {
      stack,
      cores: CORES,
      progress,
      pays: false,
      signal: AbortSignal.abort(new Error('interrupted')),
    };
    await expect(runOnCores(golden.slice(0, 3), options)).rejects.toThrow('interrupted');
  });
});

describe('a new core with a defect', () => {
  let cores: BothCores;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'cases-'));
    const rules = readTaxRules(new URL(import.meta.resolve('@core-exit/interest-service/rules/tax.json')));
    const uncut = rules.rules.map((rule) => ({
      ...rule,
      localTax: rule.localTax && { ...rule.localTax, cutBelow: '1' },
    }));
    const file = join(directory, 'tax.json');
    writeFileSync(file, JSON.stringify({ version: 'uncut', rules: uncut }));
    cores = await startBothCores(file);
  });
  afterAll(async () => {
    await cores.stop();
    rmSync(directory, { recursive: true });
  });

  it('is found by the row and by the other core', async () => {
    const results = await run(cores, byId('published-one-day-50000000', 'published-one-day-2000000'));
    expect(results).toMatchObject([
      { one: { row: { id: 'published-one-day-2000000' } }, outcome: 'fail' },
      {
        one: { row: { id: 'published-one-day-50000000' } },
        outcome: 'fail',
        actual: { new: { localTax: '38' }, legacy: { localTax: '30' } },
        problems: ['new differs in localTax, net', expect.stringContaining('the cores disagree') as unknown],
      },
    ]);
  });
});
