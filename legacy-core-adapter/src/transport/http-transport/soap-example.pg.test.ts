import { fileURLToPath } from 'node:url';
import { Payout, Problem, Quote, Rehearsal } from '@core-exit/bank-contract';
import {
  type BankAuth,
  createBankAuth,
  type SpawnedProcess,
  spawnProcess,
  waitFor,
} from '@core-exit/local-stack/testing';
import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Customer, type Legacy, newKey, since, startLegacy } from '../../../testing/legacy.ts';
import { type SoapCore, startSoapCore } from '../../../testing/soap-core.ts';

type Answer = { status: number; replayed: boolean; body: Record<string, unknown> };

let legacy: Legacy;
let xml: SoapCore;
let adapter: SpawnedProcess;
let auth: BankAuth;
let customer: Customer;

beforeAll(async () => {
  legacy = await startLegacy();
  xml = await startSoapCore(legacy.urlAs('legacy_core'));
  auth = await createBankAuth();
  adapter = await spawnProcess({
    name: 'adapter-by-mapping',
    program: ['legacy-core-adapter/src/main.ts', 'serve'],
    env: {
      DATABASE_URL: legacy.urlAs('legacy_adapter'),
      LEGACY_MAPPING_FILE: fileURLToPath(new URL('../../../mappings/soap-example.json', import.meta.url)),
      LEGACY_CORE_URL: xml.url,
      AUTH_JWKS: auth.jwks,
    },
  });
});
afterAll(async () => {
  await adapter.stop();
  await xml.stop();
  await legacy.stop();
});
beforeEach(async () => {
  customer = await legacy.open(since(1, 50_000_000n));
  xml.loses = () => false;
  xml.actions.length = 0;
});

async function call(path: string, init: RequestInit = {}, token?: string): Promise<Answer> {
  const authorization = `Bearer ${token ?? (await auth.signToken({ sub: customer.customerId }))}`;
  const response = await fetch(`${adapter.url}/v1/accounts/${customer.accountNo}/${path}`, {
    ...init,
    headers: { authorization, ...(init.headers as Record<string, string>) },
  });
  const replayed = response.headers.get('idempotency-replayed') === 'true';
  return { status: response.status, replayed, body: (await response.json()) as Record<string, unknown> };
}
const pay = (key: string, memo?: string): Promise<Answer> =>
  call('interest-payouts', {
    method: 'POST',
    headers: { 'idempotency-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ memo }),
  });
async function rehearse(basis?: unknown): Promise<Answer> {
  const token = await auth.signToken({ sub: 'gateway', scope: 'core.rehearse' });
  const headers = { 'on-behalf-of': customer.customerId, 'content-type': 'application/json' };
  const body = JSON.stringify({ basis });
  return call('interest-payouts/rehearsals', { method: 'POST', headers, body }, token);
}
function expectShape(schema: TSchema, { body }: Answer): void {
  expect([...Value.Errors(schema, body)]).toEqual([]);
}

describe('the adapter as a process in front of a core that speaks XML, by a mapping file', () => {
  it('quotes and rehearses in the shapes of the contract, with the same answers as over telegrams', async () => {
    const quote = await call('interest');
    expect(quote).toMatchObject({ status: 200, body: { gross: '2739', net: '2329', payable: true } });
    expectShape(Quote, quote);
    expect(quote.body).toEqual(bodyOf(await legacy.core.quote(customer, null)));

    const rehearsal = await rehearse();
    expect(rehearsal).toMatchObject({ status: 200, body: { balanceAfter: '50002329' } });
    expectShape(Rehearsal, rehearsal);
    expect(rehearsal.body).toEqual(bodyOf(await legacy.core.rehearse(customer, {})));

    const { basis } = rehearsal.body;
    await legacy.sql(`select core.post_movement($1, 1000000, null, 'ATM', null)`, [customer.accountNo]);
    expect(await rehearse(basis)).toEqual(rehearsal);
    expect(await rehearse({ ...(basis as object), ledgerSeq: '99' })).toMatchObject({
      status: 409,
      body: { code: 'BASIS_UNKNOWN' },
    });
  });

  it('pays, replays over both transports, and refuses', async () => {
    const key = newKey();
    const paid = await pay(key, ' 이자 똠 ');
    expect(paid).toMatchObject({ status: 201, replayed: false, body: { net: '2329', memo: ' 이자 똠 ' } });
    expectShape(Payout, paid);
    expect(await pay(key, ' 이자 똠 ')).toEqual({ status: 200, replayed: true, body: paid.body });
    const byTelegram = await legacy.core.pay(customer, key, { memo: ' 이자 똠 ' });
    expect(bodyOf(byTelegram)).toEqual({ payout: paid.body, replayed: true });

    const again = await pay(newKey());
    expect(again).toMatchObject({ status: 409, body: { code: 'ALREADY_PAID_TODAY' } });
    expectShape(Problem, again);
    expect(await pay(key, '다른')).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(await legacy.countOf('core.interest_payout', 'account_no', customer)).toBe(1);
  });

  it('keeps a memo of spaces unchanged', async () => {
    expect(await pay(newKey(), '  ')).toMatchObject({ status: 201, body: { memo: '  ' } });
  });

  it('refuses an account that may not be paid, with the reason and the basis, and answers ACCOUNT_NOT_FOUND to another customer', async () => {
    await legacy.sql(`select core.change_standing($1, 'dormant', null, null, null)`, [customer.accountNo]);
    expect((await call('interest')).body).toMatchObject({
      payable: false,
      refusal: { code: 'NOT_ELIGIBLE', reason: 'ACCOUNT_DORMANT' },
    });
    expect(await pay(newKey())).toMatchObject({
      status: 409,
      body: { code: 'NOT_ELIGIBLE', reason: 'ACCOUNT_DORMANT', basis: { ledgerSeq: '2' } },
    });
    const stranger = await auth.signToken({ sub: 'C999999999' });
    expect(await call('interest', {}, stranger)).toMatchObject({
      status: 404,
      body: { code: 'ACCOUNT_NOT_FOUND' },
    });
    expect(await pay(newKey(), '😀')).toMatchObject({ status: 400, body: { code: 'VALIDATION' } });
  });

  it('finds the outcome of a lost answer by inquiry, and sends the payout once', async () => {
    xml.loses = (action) => action === 'Pay';
    expect(await pay(newKey())).toMatchObject({ status: 201, replayed: false, body: { net: '2329' } });
    expect(xml.actions.filter((action) => action === 'Pay')).toHaveLength(1);
    expect(xml.actions.at(-1)).toBe('Outcome');
  });

  it('answers OUTCOME_UNKNOWN with the address of the outcome, which is there as soon as the core knows it', async () => {
    xml.loses = (action) => action === 'Pay' || action === 'Outcome';
    const unknown = await pay(newKey());
    expect(unknown).toMatchObject({ status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    expectShape(Problem, unknown);
    const address = String(unknown.body['instance']).split(`${customer.accountNo}/`)[1] ?? '';
    expect(await call(address)).toMatchObject({ status: 200, body: { state: 'UNKNOWN' } });

    xml.loses = () => false;
    const status = await waitFor(
      async () => {
        const status = await call(address);
        return status.body['state'] === 'PAID' ? status : undefined;
      },
      { timeoutMs: 15_000, what: 'the outcome at its address' },
    );
    expect(status.body).toMatchObject({ payout: { net: '2329', balanceAfter: '50002329' } });
    expect(await legacy.countOf('core.interest_payout', 'account_no', customer)).toBe(1);
  }, 40_000);

  it('without the core is live, not ready, and answers UNAVAILABLE; it answers again after the core returns', async () => {
    const readiness = async (): Promise<number> => (await fetch(`${adapter.url}/health/ready`)).status;
    expect(await readiness()).toBe(200);
    await xml.stop();
    await waitFor(async () => (await readiness()) === 503, { timeoutMs: 10_000, what: 'not to be ready' });
    expect(await pay(newKey())).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect((await fetch(`${adapter.url}/health/live`)).status).toBe(200);
    xml = await startSoapCore(legacy.urlAs('legacy_core'), Number(new URL(xml.url).port));
    await waitFor(async () => (await readiness()) === 200, { timeoutMs: 10_000, what: 'to be ready' });
    expect(await pay(newKey())).toMatchObject({ status: 201 });
  }, 40_000);
});
