import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase, waitFor } from '@core-exit/local-stack/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freshDirectory, startFlagServer } from '../testing/flag-server.ts';
import { planOf } from '../testing/plan.ts';
import { draftOf } from '../testing/store-contract.ts';
import { createRollout, type Rollout, type RolloutOptions } from './create-rollout.ts';
import { rampStrategy } from './flag/flag-shape.ts';
import { stageOf } from './plan/plan.ts';
import { STAGES } from './plan/stages.ts';
import { postgresStore } from './store/postgres-store.sql.ts';
import type { Store } from './store/store.ts';

/** Nothing listens on port 9. */
const DOWN = 'http://127.0.0.1:9';
const SINCE = '2026-01-02T00:00:00.000Z';
const CUSTOMER = 'C000000001';
/** A gateway sees a stop within one second (docs/comparison.md, section 7). */
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

/** A flag in stage full as a document of the client API of Unleash, and the store of that flag. */
function fullFlag(): { flag: string; document: object; store: Store } {
  flags += 1;
  const flag = `stopped-${flags}`;
  const strategies = [rampStrategy({ stage: 'full', ...STAGES.full }, SINCE, 'g')];
  const document = { version: 2, features: [{ name: flag, type: 'release', enabled: true, strategies }] };
  const store = postgresStore({
    databaseUrl: database.url('rollout'),
    flag,
    clockFunction: 'clock_timestamp',
  });
  open.push(store);
  return { flag, document, store };
}

async function started(options: Pick<RolloutOptions, 'flag'> & Partial<RolloutOptions>): Promise<Rollout> {
  const usual = { unleashUrl: DOWN, token: 'any', appName: 'test', backupPath: freshDirectory() };
  const rollout = await createRollout({ ...usual, refreshIntervalMs: 50, ...options });
  open.push(rollout);
  return rollout;
}

function fileOf(document: object): string {
  const path = join(freshDirectory(), 'bootstrap.json');
  writeFileSync(path, JSON.stringify(document));
  return path;
}

test('a stop in the database takes effect while Unleash is down', async () => {
  const { flag, document, store } = fullFlag();
  const unleash = await startFlagServer(document);
  const stageOrders = { databaseUrl: database.url('comparator') };
  const rollout = await started({ flag, unleashUrl: unleash.url, stageOrders });
  expect(rollout.decide(CUSTOMER)).toMatchObject({ primary: 'new', stage: 'full' });
  unleash.close();
  const shadow = stageOf(planOf(), 'shadow');
  await store.move({ to: shadow, held: true, draft: draftOf('stop') });
  await waitFor(async () => rollout.decide(CUSTOMER).primary === 'legacy', WITHIN);
  expect(rollout.decide(CUSTOMER)).toMatchObject({
    stage: 'shadow',
    shadow: true,
    reason: 'stage-moves-no-money',
  });
});

test('the bootstrap file decides without Unleash and backup file, but a stop has priority', async () => {
  const { flag, document, store } = fullFlag();
  const bootstrapFile = fileOf(document);
  expect((await started({ flag, bootstrapFile })).decide(CUSTOMER)).toMatchObject({
    primary: 'new',
    stage: 'full',
    since: SINCE,
  });
  await store.move({ to: stageOf(planOf(), 'shadow'), held: true, draft: draftOf('stop') });
  const stageOrders = { databaseUrl: database.url('comparator') };
  expect((await started({ flag, bootstrapFile, stageOrders })).decide(CUSTOMER)).toMatchObject({
    primary: 'legacy',
    stage: 'shadow',
  });
});

test('while Unleash and the database are down every customer is on the legacy core, whatever the bootstrap file has', async () => {
  const { flag, document } = fullFlag();
  const stageOrders = { databaseUrl: 'postgres://x@127.0.0.1:9/x' };
  const rollout = await started({ flag, bootstrapFile: fileOf(document), stageOrders });
  expect(rollout.decide(CUSTOMER)).toMatchObject({ primary: 'legacy', reason: 'override-unknown' });
});
