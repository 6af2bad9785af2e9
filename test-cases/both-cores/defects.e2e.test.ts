import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  type AccountGiven,
  openAccount,
  startTestBank,
  type TestBank,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Defect = { about: string; seenAs: string; seenIn: 'quote' | 'payout' };
type Case = { given: AccountGiven; after?: (sql: Sql, accountNo: string) => Promise<unknown> };
type Sql = (text: string, values: unknown[]) => Promise<unknown>;
type Customer = { accountNo: string; token: string };

const LEGACY_CORE = 'legacy-core-adapter/legacy-core/main.ts';
const run = promisify(execFile);

const of = (closing: bigint, daysAgo = 1): AccountGiven => ({ balances: [{ daysAgo, closing }] });
const product = (code: string, tierMode: string): Pick<AccountGiven, 'product' | 'tiers'> => ({
  product: { code, tierMode },
  tiers: [
    { upTo: 50_000_000n, annualRate: '0.02' },
    { upTo: null, annualRate: '0.04' },
  ],
});
const classed = (taxClass: string, treatyRate?: string): AccountGiven => ({
  ...of(100_000_000n),
  standing: { taxClass, ...(treatyRate !== undefined && { treatyRate, treatyIncludesLocalTax: true }) },
});

/** For each defect an account that shows it. The account may show other defects as well. */
const CASES: Record<string, Case> = {
  'leap-year-366': { given: of(100_000_000n, 1_400) },
  'month-end-lost': { given: of(100_000_000n, 100) },
  'tier-edge-in-upper': { given: { ...of(50_000_000n), ...product('EDGE-WHOLE', 'whole') } },
  'tiers-not-sliced': { given: { ...of(80_000_000n), ...product('EDGE-SLICE', 'slice') } },
  'rounded-every-day': { given: of(2_000_000n, 30) },
  'stale-rate': {
    given: { ...of(50_000_000n, 40), product: { code: 'CHANGED-RATE' } },
    after: (sql) =>
      sql(`insert into core.rate_tier values ('CHANGED-RATE', core.business_date() - 20, 1, null, 0.05)`, []),
  },
  'posting-date-for-value-date': {
    given: of(50_000_000n, 30),
    after: (sql, accountNo) =>
      sql(`select core.post_movement($1, 30000000, core.business_date() - 20, 'BRANCH', null)`, [accountNo]),
  },
  'payout-day-counted': { given: of(50_000_000n) },
  'won-rounded-half-up': { given: of(50_000_000n) },
  'income-tax-not-cut': { given: of(50_000_000n) },
  'tax-cut-once': { given: of(50_000_000n) },
  'exemption-for-individuals': { given: of(50_000_000n) },
  'first-tax-table': { given: classed('cooperative') },
  'farm-tax-forgotten': { given: classed('preferential') },
  'treaty-rate-on-top': { given: classed('non-resident', '0.1') },
  'reasons-mixed-up': { given: { ...of(50_000_000n), standing: { accountStatus: 'dormant' } } },
  'last-reason-first': {
    given: { ...of(50_000_000n), standing: { customerStatus: 'deceased', holds: ['pledge'] } },
  },
  'withdrawal-stop-ignored': { given: { ...of(50_000_000n), standing: { holds: ['withdrawal-stop'] } } },
  'least-amount-refused': { given: of(18_250n) },
  'quote-a-day-too-long': { given: of(50_000_000n) },
  'balance-before-tax': { given: of(50_000_000n) },
};

let bank: TestBank;
let owner: pg.Pool;
const customers = new Map<string, Customer>();
const { stdout } = await run(process.execPath, [LEGACY_CORE, 'defect', '--json']);
const DEFECTS = JSON.parse(stdout) as Record<string, Defect>;

beforeAll(async () => {
  bank = await startTestBank({ stage: 'shadow', accounts: 50 });
  owner = new pg.Pool({ connectionString: bank.database.url(), max: 2 });
  for (const [name, { given, after }] of Object.entries(CASES)) {
    const { accountNo, customerId } = await openAccount(bank.database.url(), given);
    await after?.((text, values) => owner.query(text, values), accountNo);
    customers.set(name, { accountNo, token: await bank.auth.signToken({ sub: customerId }) });
  }
});
afterAll(async () => {
  await owner.end();
  await bank.close();
});

async function defect(...args: string[]): Promise<void> {
  const env = { DATABASE_URL: bank.database.url() };
  await run(process.execPath, [LEGACY_CORE, 'defect', ...args], { env });
}

async function quote(name: string): Promise<void> {
  const { accountNo, token } = customers.get(name) as Customer;
  const response = await fetch(`${bank.gatewayUrl}/v1/accounts/${accountNo}/interest`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
}

async function pay(name: string): Promise<void> {
  const { accountNo, token } = customers.get(name) as Customer;
  const response = await fetch(`${bank.gatewayUrl}/v1/accounts/${accountNo}/interest-payouts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': `defect-${name}` },
  });
  expect(response.status).toBe(201);
}

type Signature = { signature: string; parts: string[]; count: number };

/** Signatures with their counts, after every request has its verdict. */
async function seen(): Promise<Map<string, Signature>> {
  await waitFor(async () => ((await admin('/verdicts')) as { pending: number }).pending === 0, {
    timeoutMs: 10_000,
    what: 'every verdict',
  });
  const { signatures } = (await admin('/signatures')) as { signatures: Signature[] };
  return new Map(signatures.map((found) => [found.signature, found]));
}

const admin = async (path: string): Promise<unknown> =>
  (await fetch(`${bank.gatewayAdminUrl}${path}`)).json();

describe('the comparator', () => {
  it('finds no difference on these accounts while the legacy core has no defect', async () => {
    for (const name of customers.keys()) await quote(name);
    expect([...(await seen()).values()]).toEqual([]);
  });

  it.each(Object.entries(DEFECTS))('finds %s and names field and class', async (name, { seenAs, seenIn }) => {
    expect(Object.keys(CASES)).toContain(name);
    const before = await seen();
    await defect('on', name);
    await (seenIn === 'quote' ? quote(name) : pay(name));
    await defect('off');
    const found = [...(await seen()).values()].filter(
      ({ signature, count }) => count > (before.get(signature)?.count ?? 0),
    );
    expect(found.map(({ parts }) => parts)).toEqual([expect.arrayContaining([seenAs])]);
  });
});
