import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Payout, Problem, Quote, Rehearsal } from '@core-exit/interest-service/contract';
import { callerVerifier, coreServer } from '@core-exit/interest-service/contract/server';
import { type BankAuth, createBankAuth } from '@core-exit/local-stack/testing';
import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Customer, type Legacy, newKey, since, startLegacy } from './legacy.ts';

let legacy: Legacy;
let auth: BankAuth;
let server: Awaited<ReturnType<typeof coreServer>>;
let url: string;
let customer: Customer;
let asCustomer: Record<string, string>;

beforeAll(async () => {
  legacy = await startLegacy();
  auth = await createBankAuth();
  const verify = callerVerifier(JSON.parse(auth.jwks));
  server = await coreServer({
    core: legacy.core,
    verify,
    logLevel: 'silent',
    name: 'legacy-core-adapter',
    version: 'test',
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  if (!server.server.listening) await once(server.server, 'listening');
  url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  customer = await legacy.open(since(1, 50_000_000n));
  asCustomer = { authorization: `Bearer ${await auth.signToken({ sub: customer.customerId })}` };
});
afterAll(async () => {
  await server.close();
  await legacy.stop();
});

async function call(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const response = await fetch(`${url}/v1/accounts/${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
}

function expectShape(schema: TSchema, body: unknown): void {
  expect([...Value.Errors(schema, body)]).toEqual([]);
}

describe('the legacy core behind the contract', () => {
  it('quotes, pays, replays and refuses in the shapes of the contract', async () => {
    const quote = await call('GET', `${customer.accountNo}/interest`, asCustomer);
    expect(quote.status).toBe(200);
    expectShape(Quote, quote.body);

    const withKey = { ...asCustomer, 'idempotency-key': newKey() };
    const paid = await call('POST', `${customer.accountNo}/interest-payouts`, withKey, { memo: '이자' });
    expect(paid.status).toBe(201);
    expectShape(Payout, paid.body);

    const replay = await call('POST', `${customer.accountNo}/interest-payouts`, withKey, { memo: '이자' });
    expect(replay.status).toBe(200);
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    expect(replay.body).toEqual(paid.body);

    const again = await call('POST', `${customer.accountNo}/interest-payouts`, {
      ...withKey,
      'idempotency-key': newKey(),
    });
    expect(again.status).toBe(409);
    expect(again.headers.get('content-type')).toContain('application/problem+json');
    expectShape(Problem, again.body);
    expect(again.body).toMatchObject({ code: 'ALREADY_PAID_TODAY' });
  });

  it('answers a quote that shall be explained without an explanation: it cannot give one', async () => {
    const mine = await legacy.open(since(1, 50_000_000n));
    const asMine = { authorization: `Bearer ${await auth.signToken({ sub: mine.customerId })}` };
    const plain = await call('GET', `${mine.accountNo}/interest`, asMine);
    const explained = await call('GET', `${mine.accountNo}/interest?explain=true`, asMine);
    expect(explained).toMatchObject({ status: 200, body: { gross: '2739' } });
    expectShape(Quote, explained.body);
    expect(explained.body).toEqual(plain.body);
  });

  it('has no reversal: an operator is told that there is no such route', async () => {
    const asOperator = {
      authorization: `Bearer ${await auth.signToken({ sub: 'op-kim', scope: 'operator' })}`,
    };
    const path = `${customer.accountNo}/interest-payouts/00000000-0000-4000-8000-000000000000/reversal`;
    const answer = await call(
      'POST',
      path,
      { ...asOperator, 'idempotency-key': newKey() },
      { reason: 'wrong rate' },
    );
    expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expectShape(Problem, answer.body);
  });

  it('rehearses and pins for the gateway, on behalf of the customer', async () => {
    const mine = await legacy.open(since(1, 50_000_000n));
    const token = await auth.signToken({ sub: 'gateway', scope: 'core.rehearse' });
    const asGateway = { authorization: `Bearer ${token}`, 'on-behalf-of': mine.customerId };
    const rehearsal = await call('POST', `${mine.accountNo}/interest-payouts/rehearsals`, asGateway, {});
    expect(rehearsal.status).toBe(200);
    expectShape(Rehearsal, rehearsal.body);

    const { businessDate, ledgerSeq } = (rehearsal.body as Rehearsal).basis;
    const query = `businessDate=${businessDate}&ledgerSeq=${ledgerSeq}`;
    const pinned = await call('GET', `${mine.accountNo}/interest?${query}`, asGateway);
    expect(pinned).toMatchObject({ status: 200, body: { gross: '2739' } });

    const notMine = await call('GET', `${customer.accountNo}/interest`, asGateway);
    expect(notMine).toMatchObject({ status: 404, body: { code: 'ACCOUNT_NOT_FOUND' } });
    const paying = await call('POST', `${mine.accountNo}/interest-payouts`, {
      ...asGateway,
      'idempotency-key': newKey(),
    });
    expect(paying.status).toBe(403);
  });
});
