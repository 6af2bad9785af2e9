import { once } from 'node:events';
import type { Unleash } from 'unleash-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlagServer, freshDirectory, startFlagServer } from '../../testing/flag-server.ts';
import { createRollout, type Rollout } from '../create-rollout.ts';
import { rampStrategy } from '../flag/flag-shape.ts';
import { unleashClient } from '../flag/unleash-client.ts';
import { STAGES } from '../plan/stages.ts';
import { bucketOf, murmur3 } from './bucket.ts';

const GROUP = 'orders';
const CUSTOMERS = Array.from({ length: 100_000 }, (_, i) => `C${String(i * 7_919).padStart(9, '0')}`);
const WITHIN_MS = 10_000;

let server: FlagServer;
let rollout: Rollout;
let client: Unleash;
let stays = 0;
beforeAll(async () => {
  server = await startFlagServer(flagIn('off', 'C000000001'));
  rollout = await createRollout({
    unleashUrl: server.url,
    token: 'any',
    appName: 'shares',
    flag: 'shares',
    backupPath: freshDirectory(),
    refreshIntervalMs: 20,
  });
  client = unleashClient({
    unleashUrl: server.url,
    token: 'any',
    appName: 'reference',
    backupPath: freshDirectory(),
    refreshIntervalMs: 20,
  });
  await once(client, 'synchronized');
});
afterAll(async () => {
  client.destroy();
  await rollout.close();
  server.close();
});

function flagIn(stage: keyof typeof STAGES, since: string): object {
  const strategies = [rampStrategy({ stage, ...STAGES[stage] }, since, GROUP)];
  return { version: 2, features: [{ name: 'shares', type: 'release', enabled: true, strategies }] };
}

async function enter(stage: keyof typeof STAGES): Promise<void> {
  stays += 1;
  const since = new Date(Date.UTC(2026, 0, 2) + stays).toISOString();
  server.serve(flagIn(stage, since));
  const deadline = Date.now() + WITHIN_MS;
  const known = () => JSON.stringify(client.getFeatureToggleDefinition('shares')).includes(since);
  while (rollout.decide('C000000001').since !== since || !known()) {
    if (Date.now() > deadline) throw new Error(`stage ${stage} did not arrive`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('the hash has its published test vectors', () => {
  const of = (text: string) => murmur3(new TextEncoder().encode(text));
  expect(['', 'test', 'Hello, world!'].map(of)).toEqual([0, 0xba6bd213, 0xc0363e43]);
});

test('100,000 customers: bucket, decision and client of Unleash agree, and no customer moves back in a ramp', async () => {
  const wasIn = new Set<string>();
  for (const stage of ['ramp-1', 'ramp-10', 'ramp-50', 'ramp-90', 'full'] as const) {
    await enter(stage);
    let differing = 0;
    let movedBack = 0;
    for (const id of CUSTOMERS) {
      const isNew = rollout.decide(id).primary === 'new';
      const byFormula = bucketOf(GROUP, id) <= STAGES[stage].percent;
      if (isNew !== byFormula || isNew !== client.isEnabled('shares', { userId: id })) differing += 1;
      if (!isNew && wasIn.has(id)) movedBack += 1;
      if (isNew) wasIn.add(id);
    }
    expect({ stage, differing, movedBack }).toEqual({ stage, differing: 0, movedBack: 0 });
    const share = wasIn.size / CUSTOMERS.length;
    expect(Math.abs(share - STAGES[stage].percent / 100)).toBeLessThan(0.005);
  }
}, 60_000);
