import {
  type BankAuth,
  checkInvariants,
  createBankAuth,
  createTestDatabase,
  createTestRedis,
  type Moment,
  openAccount,
  type PayoutClients,
  payoutClients,
  type SpawnedProcess,
  spawnProcess,
  startWireProxy,
  type TestDatabase,
  violationText,
  type WireProxy,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

let db: TestDatabase;
let auth: BankAuth;
let redisUrl: string;
let owner: pg.Pool;
let proxy: WireProxy;
let service: SpawnedProcess;
let clients: PayoutClients;

/** A process of the service that reaches the database through the proxy. */
const start = (): Promise<SpawnedProcess> =>
  spawnProcess({
    name: `interest-service-${Math.random().toString(36).slice(2, 8)}`,
    program: ['interest-service/src/main.ts', 'serve'],
    env: {
      DATABASE_URL: proxy.through(db.url('interest_service')),
      REDIS_URL: redisUrl,
      AUTH_JWKS: auth.jwks,
      LOG_LEVEL: 'warn',
    },
  });

beforeAll(async () => {
  db = await createTestDatabase();
  ({ url: redisUrl } = await createTestRedis());
  auth = await createBankAuth();
  owner = new pg.Pool({ connectionString: db.url() });
  proxy = await startWireProxy(db.url());
  service = await start();
});
afterAll(async () => {
  await service.stop();
  await proxy.close();
  await owner.end();
  await db.drop();
});
beforeEach(() => {
  clients = payoutClients(auth.signToken);
});
afterEach(async () => {
  const broken = await checkInvariants(db.url(), { acknowledged: clients.acknowledged });
  expect(broken.map(violationText)).toEqual([]);
});

const open = () => openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 50_000_000n }] });
const receiptsOf = async (accountNo: string): Promise<number> => {
  const sql = 'select count(*)::int as n from core.interest_payout where account_no = $1';
  return (await owner.query<{ n: number }>(sql, [accountNo])).rows[0]?.n ?? -1;
};
const BEGIN = 'begin isolation level read committed';

describe('a service killed in the middle of a payout', () => {
  it.each<[Moment['when'], string, 'paid' | 'not paid']>([
    ['before', BEGIN, 'not paid'],
    ['before', 'payout_read', 'not paid'],
    ['after', 'payout_read', 'not paid'],
    ['before', 'payout_write', 'not paid'],
    ['before', 'commit', 'not paid'],
    ['after', 'commit', 'paid'],
  ])('%s %s: it is %s, and the same key pays exactly once', async (when, statement, outcome) => {
    const account = await open();
    const killed = proxy.once({ when, statement }, (wire) => {
      service.kill('SIGKILL');
      wire.cut();
    });
    expect(await clients.pay(service.url, account, 'key-killed-1')).toBeNull();
    await killed;
    service = await start();
    expect(await receiptsOf(account.accountNo)).toBe(outcome === 'paid' ? 1 : 0);
    const again = await clients.pay(service.url, account, 'key-killed-1');
    expect(again).toMatchObject({
      status: outcome === 'paid' ? 200 : 201,
      replayed: outcome === 'paid',
      body: { net: '2329', balanceAfter: '50002329' },
    });
    expect(await receiptsOf(account.accountNo)).toBe(1);
    expect(clients.unknown.size).toBe(0);
  });
});

describe('the wire to the database', () => {
  it.each<[Moment['when'], string, string, number]>([
    ['before', 'payout_read', 'UNAVAILABLE', 0],
    ['after', 'payout_read', 'UNAVAILABLE', 0],
    ['before', 'payout_write', 'OUTCOME_UNKNOWN', 0],
    ['before', 'commit', 'OUTCOME_UNKNOWN', 0],
    ['after', 'commit', 'OUTCOME_UNKNOWN', 1],
  ])(
    'cut %s %s: the answer is %s, and the same key pays exactly once',
    async (when, statement, code, receipts) => {
      const account = await open();
      const token = await auth.signToken({ sub: account.customerId });
      const cut = proxy.once({ when, statement }, (wire) => wire.cut());
      const response = await fetch(`${service.url}/v1/accounts/${account.accountNo}/interest-payouts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'key-cut-001' },
      });
      await cut;
      expect(await response.json()).toMatchObject({ code });
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await receiptsOf(account.accountNo)).toBe(receipts);
      expect(await clients.pay(service.url, account, 'key-cut-001')).toMatchObject({
        status: receipts === 1 ? 200 : 201,
        body: { net: '2329' },
      });
    },
  );

  it('swallowing all bytes before or after COMMIT has a bound, costs one connection only, and leaves no half-written payout', async () => {
    const cases = [
      ['before', 'payout_read'],
      ['before', 'commit'],
      ['after', 'commit'],
    ] as const;
    const begun = performance.now();
    const accounts = await Promise.all(cases.map(open));
    for (const [i, [when, statement]] of cases.entries()) {
      const swallowed = proxy.once({ when, statement }, (wire) => wire.swallow());
      const account = accounts[i];
      if (account === undefined) throw new Error('one account a case');
      void clients.pay(service.url, account, `key-black-hole-${i}`);
      await swallowed;
    }
    const bystander = await open();
    expect(await clients.pay(service.url, bystander, 'key-bystander')).toMatchObject({ status: 201 });
    // The client-side limit is 8 s. Before that, the limit of the server has freed the locks.
    for (const [i, account] of accounts.entries()) {
      const answer = await waitFor(() => clients.pay(service.url, account, `key-black-hole-${i}`), {
        timeoutMs: 15_000,
      });
      expect(answer.status === 409 || answer.status < 300).toBe(true);
    }
    await waitFor(
      async () => {
        for (const [i, account] of accounts.entries())
          await clients.pay(service.url, account, `key-black-hole-${i}`);
        const paid = await Promise.all(accounts.map(({ accountNo }) => receiptsOf(accountNo)));
        return paid.every((receipts) => receipts === 1);
      },
      { timeoutMs: 15_000, everyMs: 250 },
    );
    expect(performance.now() - begun).toBeLessThan(25_000);
    const idle = `select count(*)::int as n from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`;
    await waitFor(async () => (await owner.query<{ n: number }>(idle)).rows[0]?.n === 0, {
      timeoutMs: 12_000,
    });
  }, 60_000);
});

describe('a frozen service', () => {
  it('loses the lock of its account, and commits no stale payout when it continues', async () => {
    const account = await open();
    const other = await start();
    const stopped = proxy.once({ when: 'after', statement: 'payout_read' }, () => service.kill('SIGSTOP'));
    const sleeping = clients.pay(service.url, account, 'key-sleeping');
    await stopped;
    // The server ends the idle transaction after ten seconds. Then the account is free.
    const answer = await waitFor(
      async () => {
        const tried = await clients.pay(other.url, account, 'key-awake-01');
        return tried?.status === 201 && tried;
      },
      { timeoutMs: 20_000 },
    );
    service.kill('SIGCONT');
    const woken = await sleeping;
    expect(woken === null || woken.status === 409).toBe(true);
    expect(await clients.pay(other.url, account, 'key-awake-01')).toMatchObject({
      status: 200,
      body: { payoutId: answer.body['payoutId'] },
    });
    expect(await clients.pay(service.url, account, 'key-sleeping')).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_PAID_TODAY' },
    });
    expect(await receiptsOf(account.accountNo)).toBe(1);
    await other.stop();
  }, 60_000);
});
