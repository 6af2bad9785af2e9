import { randomUUID } from 'node:crypto';
import { Problem, Reversal } from '@core-exit/bank-contract';
import { callerVerifier, coreServer } from '@core-exit/bank-contract/server';
import {
  type BankAuth,
  createBankAuth,
  createTestDatabase,
  openAccount,
  type TestDatabase,
} from '@core-exit/local-stack/testing';
import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';
import { answerFaults } from '../ledger/answer-faults.ts';
import { reversalRoute } from './reversal.route.ts';
import { postgresReversals } from './reversal.sql.ts';
import { reversalFlow } from './reversal.ts';

let db: TestDatabase;
let service: CoreUnderTest;
let auth: BankAuth;
let app: Awaited<ReturnType<typeof coreServer>>;
let account: { accountNo: string; customerId: string };
let payoutId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  service = await startNewCore(db.url('interest_service'));
  auth = await createBankAuth();
  const verify = callerVerifier(JSON.parse(auth.jwks));
  const reversals = postgresReversals(service.source, () => undefined);
  const reverse = reversalFlow({ ...reversals, dropQuote: async () => undefined, newId: randomUUID });
  app = await coreServer(
    { core: service.core, verify, logLevel: 'silent', name: 'interest-service', version: 'test' },
    (scope) =>
      reversalRoute(
        scope,
        reverse,
        answerFaults(() => undefined),
      ),
  );
  account = await openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 50_000_000n }] });
  const paid = await service.core.pay({ ...account, traceId: '0' }, 'key-of-customer', {});
  if (!paid.ok) throw new Error('must pay');
  payoutId = paid.body.payout.payoutId;
});
afterAll(async () => {
  await app.close();
  await service.close();
  await db.drop();
});

type Call = { scope?: string; sub?: string; key?: string; body?: object; id?: string };

async function send({
  scope = 'operator',
  sub = 'op-kim',
  key = 'op-key-0001',
  body,
  id = payoutId,
}: Call = {}) {
  const token = await auth.signToken({ sub, ...(scope !== '' && { scope }) });
  const answer = await app.inject({
    method: 'POST',
    url: `/v1/accounts/${account.accountNo}/interest-payouts/${id}/reversal`,
    headers: { authorization: `Bearer ${token}`, ...(key !== '' && { 'idempotency-key': key }) },
    payload: body ?? { reason: '잘못 지급된 이자' },
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.json() as Record<string, unknown>,
  };
}

function expectShape(schema: TSchema, body: unknown): void {
  expect([...Value.Errors(schema, body)]).toEqual([]);
}

describe('the route of a reversal', () => {
  it('is for operators: a customer and a core are refused before their body is validated', async () => {
    for (const caller of [
      { scope: '', sub: account.customerId },
      { scope: 'core.rehearse', sub: 'gateway' },
    ]) {
      const answer = await send({ ...caller, body: { nonsense: 1 } });
      expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expectShape(Problem, answer.body);
    }
  });

  it.each([
    ['without a key', { key: '' }, 'VALIDATION'],
    ['without a reason', { body: {} }, 'VALIDATION'],
    ['with a reason of blanks', { body: { reason: '    ' } }, 'VALIDATION'],
    ['with more than it may', { body: { reason: 'wrong rate', gross: '1' } }, 'VALIDATION'],
    ['of something that is no payout', { id: 'x' }, 'PAYOUT_NOT_FOUND'],
    ['of a payout that does not exist', { id: randomUUID() }, 'PAYOUT_NOT_FOUND'],
  ])('refuses a request %s', async (_what, call, code) => {
    const answer = await send(call);
    expect(answer.body).toMatchObject({ code });
    expectShape(Problem, answer.body);
  });

  it('answers 201, then 200 with the same body for the same key, then 409 for another', async () => {
    const first = await send();
    expect(first.status).toBe(201);
    expectShape(Reversal, first.body);
    const again = await send();
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers['idempotency-replayed']).toBe('true');
    const other = await send({ key: 'op-key-0002' });
    expect(other).toMatchObject({
      status: 409,
      body: { code: 'NOT_REVERSIBLE', reason: 'ALREADY_REVERSED' },
    });
    expectShape(Problem, other.body);
  });

  it('is in the OpenAPI page', async () => {
    const answer = await app.inject({ url: '/docs/json' });
    const { paths } = answer.json() as { paths: Record<string, unknown> };
    expect(paths).toHaveProperty(['/v1/accounts/{accountNo}/interest-payouts/{payoutId}/reversal']);
  });
});
