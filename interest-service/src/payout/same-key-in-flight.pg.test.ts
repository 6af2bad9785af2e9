import {
  type BankAuth,
  checkInvariants,
  createBankAuth,
  createTestDatabase,
  createTestRedis,
  openAccount,
  payoutClients,
  type SpawnedProcess,
  spawnProcess,
  startWireProxy,
  type TestDatabase,
  violationText,
  type WireProxy,
} from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let db: TestDatabase;
let auth: BankAuth;
let proxy: WireProxy;
/** It reaches the database through the proxy. */
let held: SpawnedProcess;
let other: SpawnedProcess;

beforeAll(async () => {
  db = await createTestDatabase();
  auth = await createBankAuth();
  proxy = await startWireProxy(db.url());
  const { url: redisUrl } = await createTestRedis();
  const start = (name: string, databaseUrl: string) =>
    spawnProcess({
      name,
      program: ['interest-service/src/main.ts', 'serve'],
      env: { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, AUTH_JWKS: auth.jwks, LOG_LEVEL: 'warn' },
    });
  const url = db.url('interest_service');
  [held, other] = await Promise.all([start('held', proxy.through(url)), start('other', url)]);
});
afterAll(async () => {
  await Promise.all([held.stop(), other.stop()]);
  await proxy.close();
  await db.drop();
});

describe('an idempotency key whose first request is still at its COMMIT', () => {
  it.each([
    ['the same process', () => held.url],
    ['another process', () => other.url],
  ])(
    'sent again at %s: 409 with Retry-After, and the first answer as soon as there is one',
    async (_, again) => {
      const account = await openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 50_000_000n }] });
      const clients = payoutClients(auth.signToken);
      const gate = Promise.withResolvers<void>();
      const reached = Promise.withResolvers<void>();
      const passed = proxy.once({ when: 'before', statement: 'commit' }, () => {
        reached.resolve();
        return gate.promise;
      });
      const first = clients.pay(held.url, account, 'key-in-flight');
      await reached.promise;

      const token = await auth.signToken({ sub: account.customerId });
      const second = await fetch(`${again()}/v1/accounts/${account.accountNo}/interest-payouts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'key-in-flight' },
      });
      expect([second.status, second.headers.get('retry-after')]).toEqual([409, '1']);
      expect(await second.json()).toMatchObject({ code: 'REQUEST_IN_PROGRESS' });

      gate.resolve();
      await passed;
      const paid = await first;
      expect(paid).toMatchObject({ status: 201, replayed: false, body: { net: '2329' } });
      const replays = await Promise.all(
        [held.url, again()].map((url) => clients.pay(url, account, 'key-in-flight')),
      );
      for (const replay of replays)
        expect(replay).toMatchObject({ status: 200, replayed: true, body: paid?.body });
      expect(
        (await checkInvariants(db.url(), { acknowledged: clients.acknowledged })).map(violationText),
      ).toEqual([]);
    },
  );
});
