import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, openAccount, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAudit } from '../../../testing/books.ts';
import { runCommand } from '../../../testing/run-command.ts';

/** Each test starts processes. */
const TIMEOUT_MS = 120_000;

let db: TestDatabase;
let accountNo: string;
let directory: string;

beforeAll(async () => {
  db = await createTestDatabase();
  ({ accountNo } = await openAccount(db.url(), { balances: [{ daysAgo: 40, closing: 50_000_000n }] }));
  directory = mkdtempSync(join(tmpdir(), 'audit-'));
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await db.drop();
});

const audit = (...args: string[]) => runCommand(db.url('auditor'), ['audit', ...args]);

async function asOwner(sql: string, values: unknown[] = []): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: db.url() });
  await client.connect();
  const { rows } = await client.query(sql, values);
  await client.end();
  return rows[0] as Record<string, string>;
}

describe('audit', { timeout: TIMEOUT_MS }, () => {
  it('rebuilds one account at any basis from its entries', async () => {
    const { day = '' } = await asOwner(`select (core.business_date() - 39)::text as day`);
    const { code, out } = await audit('--account', accountNo, '--at', `1/${day}`, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      clean: true,
      balance: '50000000',
      basis: { businessDate: day, ledgerSeq: '1' },
      interest: { gross: '2739', incomeTax: '380', localTax: '30', net: '2329' },
    });
  });

  it('prints what is not valid in the command line or the environment: exit code 3', async () => {
    const { code, err } = await runCommand('', ['audit']);
    expect({ code, err }).toMatchObject({
      code: 3,
      err: expect.stringMatching(/DATABASE_URL is missing/),
    });
    expect((await audit('--account', accountNo, '--at', '99')).code).toBe(3);
  });

  it('prints the fault of a database that does not answer: exit code 4', async () => {
    const { code, err } = await runCommand('postgres://auditor@127.0.0.1:1/bank', ['audit']);
    expect({ code, err }).toMatchObject({
      code: 4,
      err: expect.stringMatching(/LEDGER_UNAVAILABLE.*ECONNREFUSED/),
    });
  });

  it('continues from its file, removes the file when it is done, and refuses the file of other work', async () => {
    const file = join(directory, 'state.json');
    const earlier = { ...newAudit(), account: '999999999999' };
    earlier.tally.accounts = 41;
    writeFileSync(file, JSON.stringify({ work: 'audit now', state: earlier }));
    const other = await audit('--at', '2026-01-31', '--resume', file);
    expect(other).toMatchObject({ code: 3, err: expect.stringMatching(/is of other work/) });
    const { code, out } = await audit('--json', '--resume', file);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ accounts: 41 });
    expect(existsSync(file)).toBe(false);
  });

  it('finds a head that was changed after `seal`: exit code 1', async () => {
    const sealed = await runCommand(db.url('interest_service'), ['seal', '--json']);
    expect(sealed.code).toBe(0);
    expect(JSON.parse(sealed.out).sealed).toHaveLength(1);
    await asOwner('update core.account set balance = balance + 1 where account_no = $1', [accountNo]);
    const { code, out } = await audit();
    expect(code).toBe(1);
    expect(out).toMatch(/head-balance: the balance of the account is not the sum of its entries \(1\)/);
    expect(out).toMatch(new RegExp(`account ${accountNo}: expected 50000000, found 50000001`));
  });
});
