import {
  type BankAuth,
  createBankAuth,
  createTestRedis,
  type Moment,
  type SpawnedProcess,
  spawnProcess,
  startWireProxy,
  type WireProxy,
} from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bankUnderTest } from '../../testing/bank-under-test.ts';

const bank = bankUnderTest();
let auth: BankAuth;
let proxy: WireProxy;
let redisUrl: string;
let service: SpawnedProcess;

beforeAll(async () => {
  auth = await createBankAuth();
  ({ url: redisUrl } = await createTestRedis());
  proxy = await startWireProxy(bank.ownerUrl());
  service = await start();
});
afterAll(async () => {
  await service.stop();
  await proxy.close();
});

const start = (): Promise<SpawnedProcess> =>
  spawnProcess({
    name: `interest-service-${Math.random().toString(36).slice(2, 8)}`,
    program: ['interest-service/src/main.ts', 'serve'],
    env: {
      DATABASE_URL: proxy.through(bank.url('interest_service')),
      REDIS_URL: redisUrl,
      AUTH_JWKS: auth.jwks,
      LOG_LEVEL: 'warn',
    },
  });

/** The answer that the operator gets; null if the connection broke. */
async function reverse(accountNo: string, payoutId: string) {
  const token = await auth.signToken({ sub: 'op-kim', scope: 'operator' });
  const response = await fetch(
    `${service.url}/v1/accounts/${accountNo}/interest-payouts/${payoutId}/reversal`,
    {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': `killed-${payoutId}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ reason: 'wrong rate' }),
    },
  ).catch(() => null);
  return response === null
    ? null
    : { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a service killed in the middle of a reversal', () => {
  it.each<[Moment['when'], string, number]>([
    ['before', 'START TRANSACTION', 0],
    ['before', 'COMMIT', 0],
    ['after', 'COMMIT', 1],
  ])('%s %s: the same key takes back exactly once', async (when, statement, made) => {
    const account = await bank.open(50_000_000n, 1);
    const { payoutId } = await bank.pay(account);
    const reversals = () =>
      bank.scalar('select count(*)::int from core.interest_reversal where payout_id = $1', [payoutId]);
    const killed = proxy.once({ when, statement }, (wire) => {
      service.kill('SIGKILL');
      wire.cut();
    });
    expect(await reverse(account.accountNo, payoutId)).toBeNull();
    await killed;
    service = await start();
    expect(await reversals()).toBe(made);
    expect(await reverse(account.accountNo, payoutId)).toMatchObject({
      status: made === 1 ? 200 : 201,
      body: { net: '2329' },
    });
    expect(await reversals()).toBe(1);
    expect(await bank.balanceOf(account)).toBe('50000000');
  });
});
