import { connect as connectTcp } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Core, problem, type Stratum } from '../index.ts';
import { callerVerifier } from './callers.ts';
import { coreServer } from './server.ts';

const ACCOUNT = '100200000001';
const PAYOUTS = `/v1/accounts/${ACCOUNT}/interest-payouts`;
const QUOTE = `/v1/accounts/${ACCOUNT}/interest`;
const calls: unknown[] = [];

const stratum: Stratum = {
  product: 'DD365',
  tier: '2',
  taxClass: 'resident',
  customerStatus: 'active',
  accountStatus: 'active',
};

/** Records every call, because a request that the server refuses must never reach the core. */
const core: Core = {
  quote: async (request, at, explain) => {
    calls.push({ ...request, at, explain });
    return { ok: false, problem: problem('ACCOUNT_NOT_FOUND'), stratum };
  },
  pay: async (request, idempotencyKey, body) => {
    calls.push({ ...request, idempotencyKey, body });
    return { ok: false, problem: problem('NOTHING_TO_PAY'), retryAfterSeconds: 1, stratum };
  },
  rehearse: async (request, body) => {
    calls.push({ ...request, body });
    throw new Error('a fault with secrets inside');
  },
  ready: async () => true,
};

let app: FastifyInstance;
let url: string;
let sign: (claims: JWTPayload & { iss?: string }, expiresIn?: string) => Promise<string>;
let customer: string;

beforeAll(async () => {
  const bank = await generateKeyPair('EdDSA');
  sign = (claims, expiresIn = '5m') =>
    new SignJWT({ iss: 'bank-auth', aud: 'interest-payout', ...claims })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setExpirationTime(expiresIn)
      .sign(bank.privateKey);
  const verify = callerVerifier({ keys: [await exportJWK(bank.publicKey)] });
  app = await coreServer({ core, verify, logLevel: 'silent', name: 'server-under-test', version: '9.9.9' });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  customer = await sign({ sub: 'C000000001' });
});
afterAll(() => app.close());
beforeEach(() => void calls.splice(0));

type Call = { method?: string; headers?: Record<string, string>; body?: string | Uint8Array<ArrayBuffer> };

async function call(path: string, { method = 'GET', headers = {}, body }: Call = {}) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${customer}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

const pay = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  call(PAYOUTS, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'idempotency-key': 'key-00000001', ...headers },
  });

describe('a caller', () => {
  it('is the customer of the token', async () => {
    await call(QUOTE);
    expect(calls).toMatchObject([{ accountNo: ACCOUNT, customerId: 'C000000001' }]);
  });

  it('with a core-to-core token acts for the customer it names, and may not pay', async () => {
    const gateway = await sign({ sub: 'gateway', scope: 'core.rehearse' });
    const headers = { authorization: `Bearer ${gateway}`, 'on-behalf-of': 'C000000007' };
    await call(`${QUOTE}?businessDate=2026-01-02&ledgerSeq=3`, { headers });
    expect(calls).toMatchObject([{ customerId: 'C000000007' }]);
    expect((await pay('{}', headers)).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(calls).toHaveLength(1);
  });

  it('cannot pin a quote, rehearse, or act for another with a customer token', async () => {
    expect((await call(`${QUOTE}?businessDate=2026-01-02&ledgerSeq=3`)).status).toBe(403);
    const rehearse = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    expect((await call(`${PAYOUTS}/rehearsals`, rehearse)).status).toBe(403);
    await call(QUOTE, { headers: { 'on-behalf-of': 'C000000007' } });
    expect(calls).toMatchObject([{ customerId: 'C000000001' }]);
  });

  it('without a valid token is refused before anything else', async () => {
    const other = await generateKeyPair('EdDSA');
    const hs256 = new SignJWT({ sub: 'C000000001', iss: 'bank-auth', aud: 'interest-payout' });
    const forged = {
      none: '',
      malformed: 'Bearer a.b.c',
      basic: `Basic ${customer}`,
      two: `Bearer ${customer} ${customer}`,
      unsecured: `Bearer ${new UnsecuredJWT({ sub: 'C000000001' }).setIssuer('bank-auth').setAudience('interest-payout').setExpirationTime('5m').encode()}`,
      wrongKey: `Bearer ${await new SignJWT({ sub: 'C000000001', iss: 'bank-auth', aud: 'interest-payout' }).setProtectedHeader({ alg: 'EdDSA' }).setExpirationTime('5m').sign(other.privateKey)}`,
      algorithmConfused: `Bearer ${await hs256.setProtectedHeader({ alg: 'HS256' }).setExpirationTime('5m').sign(new Uint8Array(32))}`,
      expired: `Bearer ${await sign({ sub: 'C000000001' }, '-1s')}`,
      notYet: `Bearer ${await sign({ sub: 'C000000001', nbf: Math.floor(Date.now() / 1000) + 600 })}`,
      wrongAudience: `Bearer ${await sign({ sub: 'C000000001', aud: 'other' })}`,
      wrongIssuer: `Bearer ${await sign({ sub: 'C000000001', iss: 'other' })}`,
      noCustomer: `Bearer ${await sign({ sub: 'admin' })}`,
    };
    for (const [name, authorization] of Object.entries(forged)) {
      const answer = await call(QUOTE, { headers: { authorization } });
      expect({ name, status: answer.status, code: answer.body.code }).toEqual({
        name,
        status: 401,
        code: 'UNAUTHENTICATED',
      });
    }
    expect(calls).toEqual([]);
  });
});

it('an explanation is requested only by explain=true', async () => {
  await call(QUOTE);
  await call(`${QUOTE}?explain=true`);
  expect(calls).toMatchObject([{ explain: false }, { explain: true }]);
  expect((await call(`${QUOTE}?explain=1`)).body).toMatchObject({ status: 400, code: 'VALIDATION' });
});

describe('bad input is refused and reaches no core', () => {
  it.each([
    ['a number for the memo', '{"memo":1}'],
    ['true for the memo', '{"memo":true}'],
    ['a list for the memo', '{"memo":["a"]}'],
    ['an unknown field', '{"amount":"5"}'],
    ['__proto__', '{"__proto__":{"memo":"x"}}'],
    ['a key twice', '{"memo":"a","memo":"b"}'],
    ['not JSON', '{memo}'],
    ['a list as body', '[]'],
    ['null as body', 'null'],
    ['a NUL', '{"memo":"a\\u0000"}'],
    ['a lone surrogate', '{"memo":"\\ud800"}'],
    ['full-width digits', '{"memo":"１"}'],
    ['a right-to-left mark', '{"memo":"a\\u202e"}'],
    ['a line break', '{"memo":"a\\r\\nb"}'],
    ['eleven characters', '{"memo":"가나다라마바사아자차카"}'],
    ['deep nesting', `{"memo":${'['.repeat(2_000)}${']'.repeat(2_000)}}`],
  ])('%s: 400', async (_what, body) => {
    expect((await pay(body)).body).toMatchObject({ status: 400, code: 'VALIDATION' });
    expect(calls).toEqual([]);
  });

  it('bytes that are no UTF-8: 400', async () => {
    expect((await pay(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).status).toBe(400);
  });

  it('a wrong content type: 415; a body over 16 KiB: 413', async () => {
    expect((await pay('memo=x', { 'content-type': 'text/plain' })).body.code).toBe('UNSUPPORTED_MEDIA_TYPE');
    expect((await pay(`{"memo":"${'a'.repeat(20_000)}"}`)).body.code).toBe('PAYLOAD_TOO_LARGE');
    expect(calls).toEqual([]);
  });

  it.each(['', 'short', 'a'.repeat(1_000), 'key one two', 'key-0001, key-0002', "key';drop--"])(
    'the idempotency key %j: 400',
    async (key) => {
      expect((await pay('{}', { 'idempotency-key': key })).body).toMatchObject({
        status: 400,
        code: 'VALIDATION',
      });
      expect(calls).toEqual([]);
    },
  );

  it.each([
    '/v1/accounts/1/interest',
    '/v1/accounts/10020000000a/interest',
    '/v1/accounts/１００２００００００００/interest',
    `/v1/accounts/${ACCOUNT}/interest?businessDate=2026-02-30&ledgerSeq=1`,
    `/v1/accounts/${ACCOUNT}/interest?businessDate=9999-12-31&ledgerSeq=1`,
    `/v1/accounts/${ACCOUNT}/interest?businessDate=2026-02-01&ledgerSeq=1e3`,
    `/v1/accounts/${ACCOUNT}/interest?businessDate=2026-02-01`,
    `/v1/accounts/${ACCOUNT}/interest?other=1`,
  ])('the address %s: 400', async (path) => {
    expect((await call(path)).body).toMatchObject({ status: 400, code: 'VALIDATION' });
    expect(calls).toEqual([]);
  });

  it.each(['/v1/accounts/../admin', '/v2/accounts', `${QUOTE}/`, '/%2e%2e/etc/passwd'])(
    'the route %s: 404',
    async (path) => {
      expect((await call(path)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    },
  );

  it('two Authorization or Idempotency-Key headers: 400, and a header over 16 KiB: 431', async () => {
    const lines = (...headers: string[]) =>
      `POST ${PAYOUTS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${customer}\r\n${headers.join('\r\n')}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
    expect(await raw(lines('Authorization: Bearer x'))).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw(lines('Idempotency-Key: key-00000001', 'Idempotency-Key: key-00000002'))).toMatch(
      /^HTTP\/1.1 400 /,
    );
    expect(await raw(lines(`X-Big: ${'a'.repeat(20_000)}`))).toMatch(/^HTTP\/1.1 431 /);
    expect(calls).toEqual([]);
  });

  it('two framings in one request: 400 and close', async () => {
    const smuggled = `POST ${PAYOUTS} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect(await raw(smuggled)).toMatch(/^HTTP\/1.1 400 /);
  });
});

describe('an answer', () => {
  it('to an empty body uses the defaults and has a Retry-After', async () => {
    const answer = await call(PAYOUTS, { method: 'POST', headers: { 'idempotency-key': 'key-00000001' } });
    expect(answer.status).toBe(409);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(calls).toMatchObject([{ idempotencyKey: 'key-00000001', body: {} }]);
  });

  it('of an unexpected fault contains nothing about the inside of the core', async () => {
    const operator = await sign({ sub: 'op', scope: 'operator' });
    const answer = await call(`${PAYOUTS}/rehearsals`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operator}` },
    });
    expect(answer.body).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(JSON.stringify(answer.body)).not.toContain('secrets');
  });

  it('has the stratum of the account for another core, but not for a customer or an operator', async () => {
    const stratumSent = async (token: string, headers: Record<string, string> = {}) =>
      (await call(QUOTE, { headers: { authorization: `Bearer ${token}`, ...headers } })).headers.get(
        'x-stratum',
      );
    expect(await stratumSent(await sign({ sub: 'gateway', scope: 'core.rehearse' }))).toBe(
      'product=DD365;tier=2;taxClass=resident;customerStatus=active;accountStatus=active',
    );
    expect(await stratumSent(customer)).toBeNull();
    expect(
      await stratumSent(customer, { 'on-behalf-of': 'C000000001', 'x-stratum': 'product=x' }),
    ).toBeNull();
    expect(await stratumSent(await sign({ sub: 'op', scope: 'operator' }))).toBeNull();
    expect((await pay('{}')).headers.get('x-stratum')).toBeNull();
  });

  it('has the version of the core that gave it', async () => {
    expect((await call(QUOTE)).headers.get('core-version')).toBe('9.9.9');
  });
});

/** The server's answer to bytes that no HTTP client would send. */
function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connectTcp(Number(new URL(url).port), '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => void (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.setTimeout(3_000, () => socket.destroy(new Error(`no answer: ${answer}`)));
  });
}
