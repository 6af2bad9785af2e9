import {
  type BankAuth,
  createBankAuth,
  createTestDatabase,
  freePort,
  openAccount,
  type SpawnedProcess,
  spawnProcess,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { since } from '../../testing/legacy.ts';

let database: TestDatabase;
let owner: pg.Pool;
let auth: BankAuth;
let legacyCore: SpawnedProcess;
let controlPort: number;
const adapters: SpawnedProcess[] = [];

async function startAdapter(name: string): Promise<SpawnedProcess> {
  const adapter = await spawnProcess({
    name,
    program: ['legacy-core-adapter/src/main.ts', 'serve'],
    env: {
      DATABASE_URL: database.url('legacy_adapter'),
      LEGACY_CORE_HOST: '127.0.0.1',
      LEGACY_CORE_PORT: String(legacyCore.port),
      AUTH_JWKS: auth.jwks,
      // another dialect, because this adapter must find the outcome of a payout that the first adapter sent
      ...(name === 'adapter-b' && { LEGACY_LAYOUTS: '2' }),
    },
  });
  adapters.push(adapter);
  return adapter;
}

async function behave(behaviour: object): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${controlPort}/behaviour`, {
    method: 'PUT',
    body: JSON.stringify(behaviour),
  });
  return response.status;
}

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ connectionString: database.url(), max: 2 });
  auth = await createBankAuth();
  controlPort = await freePort();
  legacyCore = await spawnProcess({
    name: 'legacy-core',
    program: ['legacy-core-adapter/legacy-core/main.ts', 'serve'],
    ready: 'tcp',
    env: { DATABASE_URL: database.url('legacy_core'), CONTROL_PORT: String(controlPort) },
  });
});
afterAll(async () => {
  for (const adapter of adapters) await adapter.stop();
  await legacyCore.stop();
  await owner.end();
  await database.drop();
});

it('after an adapter dies with an unanswered payout, the next adapter finds its outcome and pays no second time', async () => {
  const { accountNo, customerId } = await openAccount(database.url(), since(1, 50_000_000n));
  const authorization = `Bearer ${await auth.signToken({ sub: customerId })}`;
  const path = `/v1/accounts/${accountNo}/interest-payouts`;
  const payAt = (url: string) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization, 'idempotency-key': 'restart-key-1' },
    });

  expect(await behave({ dropsAnswers: 1, of: ['DPI2100', 'DPI9100'] })).toBe(200);
  const first = await startAdapter('adapter-a');
  const lost = payAt(first.url).catch(() => 'the adapter died');
  await waitFor(async () => (await owner.query('select from core.interest_payout')).rowCount === 1, {
    timeoutMs: 10_000,
    what: 'the payout in the ledger',
  });
  first.kill('SIGKILL');
  expect(await lost).toBe('the adapter died');

  expect(await behave({ profile: 'well' })).toBe(200);
  await owner.query(
    'update adapter.payout_sent set due_at = clock_timestamp(), next_inquiry_at = clock_timestamp()',
  );
  const second = await startAdapter('adapter-b');
  const sent = await waitFor(
    async () =>
      (await owner.query<{ guid: string }>(`select guid from adapter.payout_sent where outcome = 'PAID'`))
        .rows[0],
    { timeoutMs: 10_000, what: 'the outcome' },
  );
  const status = await fetch(`${second.url}${path}/outcomes/${sent.guid}`, { headers: { authorization } });
  expect(await status.json()).toMatchObject({ state: 'PAID', payout: { net: '2329' } });

  const again = await payAt(second.url);
  expect(again.status).toBe(200);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  const { rows } = await owner.query(
    `select (select count(*)::int from core.interest_payout) as receipts,
            (select balance::text from core.account where account_no = $1) as balance`,
    [accountNo],
  );
  expect(rows).toEqual([{ receipts: 1, balance: '50002329' }]);
});
