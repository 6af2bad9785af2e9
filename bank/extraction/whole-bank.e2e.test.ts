import { randomInt } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  checkInvariants,
  freePort,
  payoutClients,
  provided,
  type SpawnedProcess,
  spawnProcess,
  startTestBank,
  type TestBank,
  waitFor,
} from '@core-exit/local-stack/testing';
import {
  blocksOf,
  evidenceOver,
  flagControl,
  type Judgement,
  judge,
  loadPlan,
  type Plan,
  type PlannedStage,
  postgresStore,
  type Store,
  stageOf,
  unleashAdmin,
} from '@core-exit/rollout/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

const OPERATIONS = join(import.meta.dirname, 'operations.ts');
const PLAN = join(import.meta.dirname, 'plans', 'demo.json');
const FLAP_EVERY_MS = 100;
const FLAPPING_MS = 12_000;
/** Share of the ordered changes that must be made. A push that is lost or late does not count. */
const LEAST_FLAPS = 0.8;
const PAYERS = 6;
const KST_MS = 9 * 3_600_000;

let bank: TestBank;
let store: Store;
let owner: pg.Client;
let plan: Plan;
const gateways: SpawnedProcess[] = [];

beforeAll(async () => {
  bank = await startTestBank({ stage: 'full', accounts: 400 });
  plan = loadPlan(PLAN);
  const databaseUrl = bank.database.url('rollout');
  store = postgresStore({ databaseUrl, flag: plan.flag.name, clockFunction: 'core.bank_now' });
  owner = new pg.Client({ connectionString: bank.database.url() });
  await owner.connect();
  for (const i of [0, 1]) gateways[i] = await startGateway(`gateway-e2e-${i}`, await freePort());
}, 180_000);
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await store.close();
  await owner.end();
  await bank.close();
}, 60_000);

async function startGateway(name: string, port: number): Promise<SpawnedProcess> {
  const adminPort = await freePort();
  const unleash = provided('unleash');
  return spawnProcess({
    name,
    port,
    program: ['comparator/src/main.ts', 'serve'],
    healthPort: adminPort,
    env: {
      ADMIN_PORT: String(adminPort),
      OPERATIONS_FILE: OPERATIONS,
      LEGACY_URL: bank.legacyAdapterUrl,
      NEW_URL: bank.newCore.url,
      DATABASE_URL: bank.database.url('comparator'),
      UNLEASH_URL: unleash.url,
      UNLEASH_TOKEN: unleash.clientToken,
      UNLEASH_BACKUP_DIR: mkdtempSync(join(tmpdir(), 'gateway-e2e-')),
      SLACK_WEBHOOK_URL: provided('slack').webhookUrl,
      AUTH_JWKS: bank.auth.jwks,
      SERVICE_TOKEN: bank.tokens.service,
      LOG_LEVEL: 'error',
    },
  });
}

const gatewayUrl = () => gateways[randomInt(gateways.length)]?.url ?? '';

test('the books are right after a flag that changed ten times a second and gateways that were killed at random', async () => {
  const flag = flagControl(
    plan,
    unleashAdmin(provided('unleash').url, provided('unleash').adminToken, plan.flag),
  );
  const clients = payoutClients((claims) => bank.auth.signToken(claims));
  const until = Date.now() + FLAPPING_MS;
  let flaps = 0;
  const flap = async (to: PlannedStage): Promise<void> => {
    const moved = await store.move({
      to,
      draft: { action: 'set', by: 'test', because: 'flapping', plan: {} },
    });
    if (moved.kind === 'moved') await flag.push(moved.stay);
    flaps += 1;
  };
  // The next change does not wait for the last one, so that a busy machine does not slow the flag down.
  const flapping = (async () => {
    const all: Promise<void>[] = [];
    while (Date.now() < until) {
      all.push(flap(stageOf(plan, all.length % 2 === 0 ? 'shadow' : 'full')).catch(() => undefined));
      await pause(FLAP_EVERY_MS);
    }
    await Promise.all(all);
    return all.length;
  })();
  const paying = Array.from({ length: PAYERS }, async () => {
    while (Date.now() < until) {
      const customer = bank.customers[randomInt(bank.customers.length)];
      if (customer === undefined) break;
      // A retry with the same idempotency key may reach the other core.
      await clients.pay(gatewayUrl(), customer, `flapping-${customer.accountNo}`);
    }
  });
  for (let i = 0; Date.now() < until - 3_000; i += 1) {
    await pause(1_000 + randomInt(1_000));
    const at = randomInt(gateways.length);
    const old = gateways[at];
    if (old === undefined) break;
    old.kill('SIGKILL');
    await old.stop();
    gateways[at] = await startGateway(`gateway-e2e-${at}-${i}`, old.port);
  }
  const [ordered] = await Promise.all([flapping, ...paying]);
  // A payout with an unknown outcome is sent again with the same idempotency key until the outcome is known.
  await waitFor(
    async () => {
      for (const [key, account] of clients.unknown) await clients.pay(gatewayUrl(), account, key);
      return clients.unknown.size === 0;
    },
    { timeoutMs: 60_000, everyMs: 200, what: 'every outcome is known' },
  );
  const { rows } = await owner.query<{ core: string; n: string }>(
    'select core, count(*) as n from core.interest_payout group by core order by core',
  );
  process.stdout.write(
    `${ordered} flaps ordered, ${flaps} made, ${clients.acknowledged.length} answers, ${JSON.stringify(rows)}\n`,
  );
  expect(flaps).toBeGreaterThan(LEAST_FLAPS * ordered);
  expect(rows.map(({ core }) => core)).toEqual(['legacy', 'new']);
  expect(new Set(clients.acknowledged.map(({ payoutId }) => payoutId)).size).toBe(
    rows.reduce((sum, { n }) => sum + Number(n), 0),
  );
  expect(await checkInvariants(bank.database.url('auditor'), { acknowledged: clients.acknowledged })).toEqual(
    [],
  );
}, 240_000);

test('over midnight in Korea quotes, payouts and bake time have the right business date', async () => {
  const clients = payoutClients((claims) => bank.auth.signToken(claims));
  const to = stageOf(plan, 'ramp-10');
  await store.move({ to, draft: { action: 'set', by: 'test', because: 'midnight', plan: {} } });
  // The clock is set to ten seconds before midnight, so that every process has read the clock again at 23:59:58.
  await owner.query(`update core.bank_clock set shift = shift +
    (date_trunc('day', core.bank_now() at time zone 'Asia/Seoul') + interval '1 day') at time zone 'Asia/Seoul'
    - core.bank_now() - interval '10 s'`);
  const { rows } = await owner.query<{ now: Date }>('select core.bank_now() as now');
  const ahead = (rows[0]?.now.getTime() ?? 0) - Date.now();
  const bankNow = () => Date.now() + ahead;
  const dayAt = (ms: number) => new Date(ms + KST_MS).toISOString().slice(0, 10);
  const midnight = Date.parse(`${dayAt(bankNow() + 15_000)}T00:00:00+09:00`);
  await store.move({ to, draft: { action: 'set', by: 'test', because: 'midnight', plan: {} } });
  await waitFor(async () => bankNow() >= midnight - 2_000, { timeoutMs: 20_000, everyMs: 20 });

  const wrong: string[] = [];
  const days = new Set<string>();
  const bake = { before: new Set<boolean>(), after: new Set<boolean>() };
  const over = () => bankNow() > midnight + 2_000;
  const quote = async (i: number): Promise<void> => {
    const customer = bank.customers[i % bank.customers.length];
    const asked = bankNow();
    const answer = await fetch(`${gatewayUrl()}/v1/accounts/${customer?.accountNo}/interest`, {
      headers: { authorization: `Bearer ${customer?.token}` },
    });
    const { businessDate } = (await answer.json()) as { businessDate?: string };
    if (businessDate === undefined) return;
    days.add(businessDate);
    if (![dayAt(asked - 50), dayAt(bankNow() + 50)].includes(businessDate)) {
      wrong.push(`asked at ${new Date(asked).toISOString()}: ${businessDate}`);
    }
  };
  const quoting = async (): Promise<void> => {
    for (let i = 0; !over(); i += 1) await quote(i);
  };
  const paying = async (): Promise<void> => {
    for (let i = 0; !over(); i += 1) {
      const customer = bank.customers[i % bank.customers.length];
      if (customer !== undefined)
        await clients.pay(gatewayUrl(), customer, `midnight-${i}-${customer.accountNo}`);
    }
  };
  const evidence = evidenceOver(`${bank.gatewayAdminUrl}/evidence`);
  const failures: Judgement[] = [];
  const check = async (): Promise<Judgement | null> => {
    const snapshot = await store.read();
    const { current } = snapshot;
    if (current?.stage !== 'ramp-10') return null;
    const { judgement } = await judge(to, current, evidence, new Date());
    if (judgement.decision === 'FAIL') failures.push(judgement);
    const given = { ...snapshot, current, approvals: [{ by: 'test', planHash: plan.hash }] };
    const codes = blocksOf(plan, to, given, judgement).map(({ code }) => code);
    bake[snapshot.clock.getTime() < midnight ? 'before' : 'after'].add(codes.includes('MIDNIGHT'));
    return judgement;
  };
  const watching = async (): Promise<void> => {
    for (; !over(); await pause(20)) await check();
  };
  await Promise.all([quoting(), quoting(), paying(), watching()]);
  // On a busy machine there may be fewer pairs than the gate needs at this time.
  const passed = await waitFor(
    async () => {
      await quote(randomInt(bank.customers.length));
      const judgement = await check();
      return judgement?.decision === 'PASS' && judgement;
    },
    { timeoutMs: 40_000, everyMs: 20, what: 'the gate passes with the evidence of both days' },
  );
  process.stdout.write(`over midnight: ${passed.bounds[0]?.n} comparisons\n`);
  expect(failures).toEqual([]);
  expect(passed.bounds[0]).toMatchObject({ stratum: null, k: 0 });
  expect(wrong).toEqual([]);
  expect([...days].toSorted()).toEqual([dayAt(midnight - 1), dayAt(midnight)]);
  expect({ before: [...bake.before], after: [...bake.after] }).toEqual({ before: [true], after: [false] });
  const misdated = await owner.query(
    `select payout_id from core.interest_payout where business_date <> (paid_at at time zone 'Asia/Seoul')::date`,
  );
  expect(misdated.rows).toEqual([]);
  expect(await checkInvariants(bank.database.url('auditor'), { acknowledged: clients.acknowledged })).toEqual(
    [],
  );
}, 120_000);
