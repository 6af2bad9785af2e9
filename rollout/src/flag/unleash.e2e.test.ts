import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provided, waitFor } from '@core-exit/local-stack/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GATE, planOf } from '../../testing/plan.ts';
import { createRollout, type Rollout } from '../create-rollout.ts';
import { FlagNotOurs } from '../faults.ts';
import type { Plan } from '../plan/plan.ts';
import { STAGE_NAMES } from '../plan/stages.ts';
import { type FlagControl, flagControl } from './flag-control.ts';
import { missingInUnleash } from './flag-setup.ts';
import { type UnleashAdmin, unleashAdmin } from './unleash-admin.ts';

const CUSTOMERS = Array.from({ length: 10_000 }, (_, i) => `C${String(i).padStart(9, '0')}`);
const WITHIN = { timeoutMs: 10_000 };

let plan: Plan;
let admin: UnleashAdmin;
let control: FlagControl;
const STAGES = STAGE_NAMES.filter((name) => name !== 'staff');
const open: Rollout[] = [];
const servers: Server[] = [];

beforeEach(async () => {
  const { url, adminToken } = provided('unleash');
  plan = planOf({
    flag: {
      name: `test-${randomBytes(4).toString('hex')}`,
      project: 'default',
      environment: 'development',
      groupId: 'test',
    },
    stages: STAGES.map((stage) => ({ stage })),
    gate: { ...GATE, gates: STAGES.length },
    cohorts: { team: [CUSTOMERS[7]] },
  });
  admin = unleashAdmin(url, adminToken, plan.flag);
  control = flagControl(plan, admin);
});
afterEach(async () => {
  for (const rollout of open.splice(0)) await rollout.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function rollout(
  unleashUrl = provided('unleash').url,
  backupPath = freshDirectory(),
): Promise<Rollout> {
  const { clientToken: token } = provided('unleash');
  const made = await createRollout({
    unleashUrl,
    token,
    appName: 'test',
    flag: plan.flag.name,
    backupPath,
    refreshIntervalMs: 100,
  });
  open.push(made);
  return made;
}

/** Applies all changes that the plan needs, and returns their texts. */
async function setUp(): Promise<string[]> {
  const stay = { stage: 'off', since: new Date().toISOString() };
  const changes = await missingInUnleash({ plan, admin, stay });
  for (const { apply } of changes) await apply();
  return changes.map(({ what }) => what);
}

/** Enters a stage now. */
async function enter(stage: string): Promise<{ since: string }> {
  const stay = { stage, since: new Date().toISOString() };
  await control.push(stay);
  return stay;
}

const freshDirectory = () => mkdtempSync(join(tmpdir(), 'rollout-test-'));
const onNew = (by: Rollout) => CUSTOMERS.filter((id) => by.decide(id).primary === 'new');
const sees = (by: Rollout, stage: string) =>
  waitFor(() => Promise.resolve(by.decide(CUSTOMERS[0] ?? '').stage === stage), { ...WITHIN, everyMs: 10 });

/** A proxy in front of Unleash that can be stopped. */
async function proxyOfUnleash(): Promise<{ url: string; stop: () => void }> {
  const { url } = provided('unleash');
  const server = createServer((request, response) => {
    // Without `unleash-client-spec` Unleash writes the segments into the constraints.
    const headers = Object.fromEntries(
      ['authorization', 'unleash-client-spec'].map((name) => [name, String(request.headers[name] ?? '')]),
    );
    void fetch(url + (request.url ?? ''), { headers }).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('a flag in a real Unleash', () => {
  test('is created once, in stage off, and refused after a person made its buckets random', async () => {
    expect(await setUp()).toHaveLength(5);
    expect(await setUp()).toEqual([]);
    expect(await control.read()).toMatchObject({ stage: 'off' });
    const flag = await admin.readFlag();
    const [ramp] = flag?.strategies ?? [];
    const random = { ...ramp, parameters: { ...ramp?.parameters, stickiness: 'random' } };
    await admin.putStrategy(ramp?.id ?? '', random);
    await expect(setUp()).rejects.toThrow(FlagNotOurs);
    expect(await control.read()).toEqual({ kind: 'doubt', doubt: 'unsafe-stickiness' });
  });

  test('brings each stage to the decision with its share, its shadow share and the start of the stay', async () => {
    await setUp();
    const by = await rollout();
    let before: string[] = [];
    for (const stage of STAGES) {
      const { since } = await enter(stage);
      await waitFor(() => Promise.resolve(by.decide('C000000001').since === since), WITHIN);
      expect(by.decide('C000000001')).toMatchObject({ stage, shadow: stage !== 'off' });
      const now = onNew(by);
      expect(now, `no customer leaves the new core in ${stage}`).toEqual(expect.arrayContaining(before));
      before = now;
    }
    expect(before).toHaveLength(CUSTOMERS.length);
  });

  test('puts about the right number of customers into each share, and the team from its stage on', async () => {
    await setUp();
    const by = await rollout();
    for (const [stage, low, high] of [
      ['team', 1, 1],
      ['ramp-1', 50, 160],
      ['ramp-50', 4_700, 5_300],
    ] as const) {
      await enter(stage);
      await sees(by, stage);
      const now = onNew(by);
      expect(now.length).toBeGreaterThanOrEqual(low);
      expect(now.length).toBeLessThanOrEqual(high);
      expect(now).toContain(CUSTOMERS[7]);
    }
  });

  test('is in doubt after a person changed it in the console: every customer is on the legacy core', async () => {
    await setUp();
    await enter('ramp-10');
    const by = await rollout();
    await sees(by, 'ramp-10');
    const [ramp] = (await admin.readFlag())?.strategies ?? [];
    await admin.putStrategy(ramp?.id ?? '', { ...ramp, parameters: { ...ramp?.parameters, rollout: '100' } });
    await sees(by, 'off');
    expect(by.decide('C000000001')).toMatchObject({ primary: 'legacy', reason: 'percent-differs' });
    await enter('ramp-10'); // the next step repairs the flag
    await sees(by, 'ramp-10');
  });
});

describe('when Unleash is down', () => {
  test('at the start, with a backup file: the last known stage', async () => {
    await setUp();
    await enter('full');
    const directory = freshDirectory();
    await sees(await rollout(undefined, directory), 'full');
    await waitFor(() => Promise.resolve(readdirSync(directory).length > 0), WITHIN);
    const by = await rollout('http://127.0.0.1:9', directory);
    await sees(by, 'full');
    expect(by.decide('C000000001')).toMatchObject({ primary: 'new' });
  });

  test('at the start, without a backup file: the legacy core', async () => {
    const by = await rollout('http://127.0.0.1:9');
    expect(by.decide('C000000001')).toMatchObject({
      primary: 'legacy',
      shadow: false,
      reason: 'unleash-unknown',
    });
  });

  test('later: the last known stage', async () => {
    await setUp();
    await enter('ramp-50');
    const proxy = await proxyOfUnleash();
    const by = await rollout(proxy.url);
    await sees(by, 'ramp-50');
    const before = onNew(by);
    proxy.stop();
    await expect(fetch(proxy.url)).rejects.toThrow();
    expect(onNew(by)).toEqual(before);
  });

  test('an unknown flag: the legacy core', async () => {
    const by = await rollout();
    expect(by.decide('C000000001')).toMatchObject({ primary: 'legacy', reason: 'flag-missing' });
  });

  test('a token that Unleash refuses: the legacy core', async () => {
    const troubles: string[] = [];
    const by = await createRollout({
      unleashUrl: provided('unleash').url,
      token: 'default:development.wrong',
      appName: 'test',
      flag: plan.flag.name,
      backupPath: freshDirectory(),
      onTrouble: (error) => troubles.push(error.message),
    });
    open.push(by);
    expect(by.decide('C000000001')).toMatchObject({ primary: 'legacy', reason: 'unleash-unknown' });
    expect(troubles.join()).toContain('401');
  });
});
