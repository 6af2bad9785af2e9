import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase, waitFor } from '@core-exit/local-stack/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRollout, type Rollout, type RolloutOptions } from './create-rollout.ts';
import { rampStrategy } from './flag-shape.ts';
import { stageOf } from './plan.ts';
import { planOf } from './plan-testing.ts';
import { STAGES } from './stages.ts';
import { postgresStore } from './store/postgres-store.ts';
import type { Store } from './store/store.ts';
import { decided } from './store/store-contract.ts';
import { freshDirectory, startFlagServer } from './unleash-server-testing.ts';

/** Nothing listens on port 9. */
const GONE = 'http://127.0.0.1:9';
const SINCE = '2026-01-02T00:00:00.000Z';
const CUSTOMER = 'C000000001';
/** comparison.md section 7: a stop is seen within a second. */
const WITHIN = { timeoutMs: 2_000, everyMs: 10 };

let database: TestDatabase;
let flags = 0;
const open: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
afterAll(async () => {
  await database.drop();
});

/** A flag in stage full, as Unleash's client API has it, and what the database knows of it. */
function fullFlag(): { flag: string; document: object; store: Store } {
  flags += 1;
  const flag = `stopped-${flags}`;
  const strategies = [rampStrategy({ stage: 'full', ...STAGES.full }, SINCE, 'g')];
  const document = { version: 2, features: [{ name: flag, type: 'release', enabled: true, strategies }] };
  const store = postgresStore({ databaseUrl: database.url('rollout'), flag, clockFunction: 'core.bank_now' });
  open.push(store);
  return { flag, document, store };
}

async function started(options: Pick<RolloutOptions, 'flag'> & Partial<RolloutOptions>): Promise<Rollout> {
  const usual = { unleashUrl: GONE, token: 'any', appName: 'test', backupPath: freshDirectory() };
  const rollout = await createRollout({ ...usual, refreshIntervalMs: 50, ...options });
  open.push(rollout);
  return rollout;
}

function fileOf(document: object): string {
  const path = join(freshDirectory(), 'bootstrap.json');
  writeFileSync(path, JSON.stringify(document));
  return path;
}

test('a stop in the database is obeyed while Unleash is gone, and lifted there as well', async () => {
  const { flag, document, store } = fullFlag();
  const unleash = await startFlagServer(document);
  const stopOrders = { databaseUrl: database.url('comparator') };
  const rollout = await started({ flag, unleashUrl: unleash.url, stopOrders });
  expect(rollout.decide(CUSTOMER)).toMatchObject({ primary: 'new', stage: 'full' });
  unleash.close();
  const shadow = stageOf(planOf(), 'shadow');
  await store.move({ to: shadow, held: true, decided: decided('stop') });
  await waitFor(async () => rollout.decide(CUSTOMER).primary === 'legacy', WITHIN);
  expect(rollout.decide(CUSTOMER)).toMatchObject({
    stage: 'shadow',
    shadow: true,
    reason: 'stage-moves-no-money',
  });
});

test('a flag to begin with decides where there is no Unleash and no backup, but never over a stop', async () => {
  const { flag, document, store } = fullFlag();
  const bootstrapFile = fileOf(document);
  expect((await started({ flag, bootstrapFile })).decide(CUSTOMER)).toMatchObject({
    primary: 'new',
    stage: 'full',
    since: SINCE,
  });
  await store.move({ to: stageOf(planOf(), 'shadow'), held: true, decided: decided('stop') });
  const stopOrders = { databaseUrl: database.url('comparator') };
  expect((await started({ flag, bootstrapFile, stopOrders })).decide(CUSTOMER)).toMatchObject({
    primary: 'legacy',
    stage: 'shadow',
  });
});

test('with Unleash and the database gone everybody is on the legacy core, whatever the flag to begin with says', async () => {
  const { flag, document } = fullFlag();
  const stopOrders = { databaseUrl: 'postgres://x@127.0.0.1:9/x' };
  const rollout = await started({ flag, bootstrapFile: fileOf(document), stopOrders });
  expect(rollout.decide(CUSTOMER)).toMatchObject({ primary: 'legacy', reason: 'override-unknown' });
});
