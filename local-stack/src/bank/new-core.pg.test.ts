import { seed } from '@core-exit/bank-ledger/seed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRun, type Run } from '../run.ts';
import { createTestDatabase, createTestRedis, type TestDatabase } from '../testing.ts';
import { type BankAuth, createBankAuth } from './auth.ts';
import { bankContext } from './context.ts';
import { type Customer, payableCustomers, withTokens } from './customers.ts';
import { type NewCore, startNewCore } from './new-core.ts';

let database: TestDatabase;
let run: Run;
let auth: BankAuth;
let newCore: NewCore;
let customers: Customer[];

beforeAll(async () => {
  database = await createTestDatabase();
  await seed({ databaseUrl: database.url(), accounts: 200 });
  customers = await payableCustomers(database.url(), 20);
  auth = await createBankAuth();
  run = await openRun();
  const infrastructure = {
    databaseUrl: database.url(),
    redisUrl: (await createTestRedis()).url,
    kafkaBrokers: [],
    unleash: { url: '', adminToken: '', clientToken: '' },
    slackWebhookUrl: '',
  };
  const bank = bankContext(run, infrastructure, auth, { logLevel: 'warn', onService: () => {} });
  newCore = await startNewCore(bank, { version: '1.0.0' });
});

afterAll(async () => {
  await run.close();
  await database.drop();
});

describe('the customers of the stack', () => {
  it('have interest to collect, by the quotes of the new core', async () => {
    expect(customers).toHaveLength(20);
    for (const { accountNo, token } of await withTokens(auth, customers)) {
      const answer = await fetch(`${newCore.url}/v1/accounts/${accountNo}/interest`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(200);
      const quote = (await answer.json()) as { payable: boolean; net: string };
      expect(quote).toMatchObject({ payable: true });
      expect(BigInt(quote.net)).toBeGreaterThan(0n);
    }
  });
});

describe('a deployment', () => {
  it('fails no request, and ends with the new release alone', async () => {
    const outcomes = new Set<string>();
    const request = async (headers: Record<string, string> = {}) => {
      const answer = await fetch(`${newCore.url}/health/live`, { headers });
      await answer.text();
      return answer;
    };
    let deployed = false;
    const caller = async (headers: Record<string, string>) => {
      while (!deployed) outcomes.add(await request(headers).then(({ status }) => String(status), causeOf));
    };
    const callers = Array.from({ length: 4 }, () => caller({})); // with connections kept open, like those of the gateway
    await newCore.deploy({ version: '1.0.1' });
    await newCore.deploy({ version: '1.0.2' });
    deployed = true;
    await Promise.all(callers);
    expect([...outcomes]).toEqual(['200']);
    expect(newCore.version()).toBe('1.0.2');
    for (let call = 0; call < 20; call += 1)
      expect((await request({ connection: 'close' })).headers.get('core-version')).toBe('1.0.2');
  });
});

const causeOf = (error: unknown) => String((error as Error).cause ?? error);
