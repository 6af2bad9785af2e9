import {
  createBankAuth,
  createTestDatabase,
  openAccount,
  type SpawnedProcess,
  spawnProcess,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../legacy-core/migrate.sql.ts';
import { since } from '../testing/legacy.ts';

let database: TestDatabase;
let legacyCore: SpawnedProcess;
let adapter: SpawnedProcess;
let quote: () => Promise<number>;

async function startLegacyCore(name: string, port?: number): Promise<SpawnedProcess> {
  return await spawnProcess({
    name,
    program: ['legacy-core-adapter/legacy-core/main.ts', 'serve'],
    ready: 'tcp',
    env: { DATABASE_URL: database.url('legacy_core'), LEGACY_LATENCY_MS: '5' },
    ...(port !== undefined && { port }),
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  const auth = await createBankAuth();
  legacyCore = await startLegacyCore('legacy-core-a');
  adapter = await spawnProcess({
    name: 'adapter',
    program: ['legacy-core-adapter/src/main.ts', 'serve'],
    env: {
      DATABASE_URL: database.url('legacy_adapter'),
      LEGACY_CORE_HOST: '127.0.0.1',
      LEGACY_CORE_PORT: String(legacyCore.port),
      AUTH_JWKS: auth.jwks,
    },
  });
  const { accountNo, customerId } = await openAccount(database.url(), since(1, 50_000_000n));
  const authorization = `Bearer ${await auth.signToken({ sub: customerId })}`;
  quote = async () =>
    (await fetch(`${adapter.url}/v1/accounts/${accountNo}/interest`, { headers: { authorization } })).status;
});
afterAll(async () => {
  await adapter.stop();
  await legacyCore.stop();
  await database.drop();
});

const readiness = async (): Promise<number> => (await fetch(`${adapter.url}/health/ready`)).status;

describe('the two processes', () => {
  it('answer over held sessions; without the core the adapter is live, not ready, and answers UNAVAILABLE', async () => {
    expect(await readiness()).toBe(200);
    expect(await quote()).toBe(200);

    expect(await legacyCore.stop()).toBe('stopped');
    await waitFor(async () => (await readiness()) === 503, { timeoutMs: 3_000 });
    expect(await quote()).toBe(503);
    expect((await fetch(`${adapter.url}/health/live`)).status).toBe(200);

    legacyCore = await startLegacyCore('legacy-core-b', legacyCore.port);
    await waitFor(async () => (await readiness()) === 200, { timeoutMs: 10_000 });
    expect(await quote()).toBe(200);
  });
});

describe('the schema', () => {
  it('is installed once; a second migration applies no file', async () => {
    expect(await migrate(database.url())).toEqual([]);
  });
});
