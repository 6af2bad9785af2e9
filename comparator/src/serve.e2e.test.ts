import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createTestDatabase,
  freePort,
  provided,
  runCommand,
  type SpawnedProcess,
  spawnProcess,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTokenIssuer, type TokenIssuer } from '../testing/token-issuer.ts';
import { json, type Upstream, upstream } from '../testing/upstream.ts';

const SUPPORT = join(import.meta.dirname, '../testing');
const WITHIN = { timeoutMs: 15_000, everyMs: 20 };

let database: TestDatabase;
let issuer: TokenIssuer;
let legacy: Upstream;
let fresh: Upstream;
let gateway: SpawnedProcess;
let controller: SpawnedProcess;
let adminPort: number;
let gatewayEnv: Record<string, string>;
let rolloutEnv: Record<string, string>;

beforeAll(async () => {
  [database, issuer, adminPort] = await Promise.all([createTestDatabase(), createTokenIssuer(), freePort()]);
  [legacy, fresh] = await Promise.all([
    upstream(json(200, { amount: '99' })),
    upstream(json(200, { amount: '99' })),
  ]);
  const unleash = provided('unleash');
  rolloutEnv = {
    DATABASE_URL: database.url('rollout'),
    UNLEASH_URL: unleash.url,
    UNLEASH_ADMIN_TOKEN: unleash.adminToken,
    EVIDENCE_URL: `http://127.0.0.1:${adminPort}/evidence`,
    ROLLOUT_PLAN: join(SUPPORT, 'things-plan.json'),
  };
  await rollout('init');
  await rollout('set', 'shadow');
  gatewayEnv = {
    ADMIN_PORT: String(adminPort),
    OPERATIONS_FILE: join(SUPPORT, 'things-operations.ts'),
    LEGACY_URL: legacy.url,
    NEW_URL: fresh.url,
    DATABASE_URL: database.url('comparator'),
    UNLEASH_URL: unleash.url,
    UNLEASH_TOKEN: unleash.clientToken,
    UNLEASH_BACKUP_DIR: mkdtempSync(join(tmpdir(), 'gateway-test-')),
    SLACK_WEBHOOK_URL: provided('slack').webhookUrl,
    AUTH_JWKS: issuer.jwks,
    SERVICE_TOKEN: await issuer.tokenOf('gateway'),
    LOG_LEVEL: 'warn',
  };
  await startGateway('gateway');
  controller = await spawnProcess({
    name: 'controller',
    program: ['rollout/src/main.ts', 'watch'],
    env: rolloutEnv,
  });
});

afterAll(async () => {
  await controller.stop();
  await gateway.stop();
  await Promise.all([legacy.close(), fresh.close()]);
  await database.drop();
});

beforeEach(async () => {
  legacy.behave(json(200, { amount: '99' }));
  fresh.behave(json(200, { amount: '99' }));
  await fetch(`${provided('slack').url}/messages`, { method: 'DELETE' });
});

async function startGateway(name: string): Promise<void> {
  gateway = await spawnProcess({
    name,
    program: ['comparator/src/main.ts', 'serve'],
    env: gatewayEnv,
    healthPort: adminPort,
  });
}

/** The result of a rollout command; the gate's refusals (exit 1, 2) have one, too. */
async function rollout(...command: string[]): Promise<Record<string, unknown>> {
  const { out, err } = await runCommand(['rollout/src/main.ts', ...command, '--json'], rolloutEnv);
  if (out === '') throw new Error(err);
  return JSON.parse(out) as Record<string, unknown>;
}

const request = async (customer: number, path = '/things/1') => {
  const token = await issuer.tokenOf(`C${String(customer).padStart(9, '0')}`);
  return fetch(gateway.url + path, { headers: { authorization: `Bearer ${token}` } });
};

const admin = async <T>(path: string): Promise<T> =>
  (await fetch(`http://127.0.0.1:${adminPort}${path}`)).json() as Promise<T>;
type Verdicts = { requests: number; pending: number; abandoned: number; verdicts: Record<string, number> };
const verdicts = () => admin<Verdicts>('/verdicts');
const stageAtGateway = async () => (await admin<{ stage: string }>('/health/ready')).stage;
const messages = async () =>
  (await fetch(`${provided('slack').url}/messages`)).json() as Promise<{ text: string }[]>;

const addsUp = async () => {
  const all = await verdicts();
  const sum = Object.values(all.verdicts).reduce((a, b) => a + b, 0);
  return { ...all, sum, isComplete: sum + all.pending + all.abandoned === all.requests };
};

test('the ramp advances with evidence, and not without', async () => {
  expect(await rollout('advance')).toMatchObject({ moved: false, judgement: { decision: 'UNKNOWN' } });
  for (let i = 0; i < 25; i += 1) expect((await request(i)).status).toBe(200);
  await waitFor(async () => (await verdicts()).pending === 0, WITHIN);
  await waitFor(async () => (await stageAtGateway()) === 'ramp-50', WITHIN);
  expect(await rollout('status')).toMatchObject({ stage: 'ramp-50', judgement: { decision: 'UNKNOWN' } });
});

test('a mismatch is sent to Slack and the controller steps back, each within two seconds', async () => {
  await rollout('set', 'full');
  await waitFor(async () => (await stageAtGateway()) === 'full', WITHIN);
  expect((await request(1)).status).toBe(200);
  fresh.behave(json(200, { amount: '98' }));
  const seenAt = performance.now();
  await request(1);
  await waitFor(async () => (await messages()).length > 0, WITHIN);
  const sentMs = performance.now() - seenAt;
  await waitFor(async () => (await stageAtGateway()) === 'shadow', WITHIN);
  const backMs = performance.now() - seenAt;
  process.stdout.write(
    `mismatch to Slack ${Math.round(sentMs)} ms, to the last decision ${Math.round(backMs)} ms\n`,
  );
  expect(sentMs).toBeLessThan(2_000);
  expect(backMs).toBeLessThan(4_000);
  expect((await messages())[0]?.text).toContain('thing.read');
  const done = await fetch(`${controller.url}/decisions`);
  const { decisions } = (await done.json()) as { decisions: object[] };
  expect(decisions.at(-1)).toMatchObject({
    action: 'step-back',
    from: { stage: 'full' },
    to: { stage: 'shadow' },
    because: expect.stringContaining('comparisons differ') as string,
  });
});

test('after the fix a new stay in the stage begins, with evidence of its own', async () => {
  expect(await rollout('status')).toMatchObject({ stage: 'shadow' });
  fresh.behave(json(200, { amount: '98' }));
  await request(2);
  await waitFor(async () => (await verdicts()).pending === 0, WITHIN);
  expect(await rollout('advance')).toMatchObject({ moved: false, judgement: { decision: 'FAIL' } });
  fresh.behave(json(200, { amount: '99' }));
  const { since } = await rollout('set', 'shadow');
  await waitFor(async () => (await admin<{ from: string }>('/evidence')).from === since, WITHIN);
  for (let i = 0; i < 25; i += 1) await request(i);
  await waitFor(async () => (await verdicts()).pending === 0, WITHIN);
  await waitFor(async () => (await stageAtGateway()) === 'ramp-50', WITHIN); // the controller, by itself
});

/** Longer than the gateway's writing interval, a shadow's time and the pauses of a busy machine together. */
const WRITTEN_WITHIN_MS = 2_000;

test('a gateway that is killed under load has counted its answers, except those of the last moments', async () => {
  await rollout('set', 'shadow');
  await request(1);
  await waitFor(async () => (await verdicts()).pending === 0, WITHIN);
  fresh.behave((response, received) =>
    setTimeout(() => json(200, { amount: '99' })(response, received), 200),
  );
  const before = await addsUp();
  const answeredAt: number[] = [];
  let sent = 0;
  let isKilled = false;
  const customer = async (id: number): Promise<void> => {
    while (!isKilled) {
      sent += 1;
      const answer = await request(id).catch(() => null);
      if (answer?.status === 200) answeredAt.push(performance.now());
      await pause(5);
    }
  };
  const load = Promise.all(Array.from({ length: 8 }, (_, id) => customer(id)));
  const answeredBefore = (instant: number) => answeredAt.filter((at) => at < instant).length;
  const isWellUnderWay = () => answeredBefore(performance.now() - WRITTEN_WITHIN_MS) > 200;
  await waitFor(() => Promise.resolve(isWellUnderWay()), { ...WITHIN, what: 'a load' });
  const killedAt = performance.now();
  gateway.kill('SIGKILL');
  isKilled = true;
  await load;
  await gateway.stop();
  await startGateway('gateway-again');
  await request(1);
  await waitFor(async () => (await verdicts()).pending === 0, WITHIN);
  const after = await addsUp();
  expect(after).toMatchObject({ isComplete: true });
  const [requests, counted] = [after.requests - before.requests - 1, after.sum - before.sum - 1];
  const early = answeredBefore(killedAt - WRITTEN_WITHIN_MS);
  expect(counted).toBeGreaterThanOrEqual(early); // each of them has its verdict
  expect(requests).toBeGreaterThanOrEqual(early);
  expect(requests).toBeLessThanOrEqual(sent); // and no request was counted twice
  expect(after.abandoned - before.abandoned).toBe(requests - counted);
  const unknown = answeredAt.length - counted;
  const late = answeredAt.length - early;
  expect(unknown).toBeLessThanOrEqual(late); // answers without a verdict are of the last moments only
});

test('a stop gives customers their answers and writes the last verdicts', async () => {
  legacy.behave((response, received) =>
    setTimeout(() => json(200, { amount: '99' })(response, received), 300),
  );
  const before = (await addsUp()).sum;
  const received = legacy.received.length;
  const answer = request(1);
  await waitFor(() => Promise.resolve(legacy.received.length > received), WITHIN);
  const stoppedAt = performance.now();
  await gateway.stop();
  expect(performance.now() - stoppedAt).toBeLessThan(3_000);
  expect((await answer).status).toBe(200);
  await startGateway('gateway-third');
  expect((await addsUp()).sum).toBe(before + 1);
});
