import { VerifiedTokens } from '@core-exit/process/verified-tokens';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { callerVerifier, type VerifyCaller } from './callers.ts';

const NOON = Date.parse('2026-11-20T12:00:00+09:00');
const SECOND = 1_000;

let now = NOON;
let bank: Awaited<ReturnType<typeof generateKeyPair>>;
let jwk: JWK;
let verify: VerifyCaller;
let verifications: ReturnType<typeof vi.spyOn>;

beforeAll(async () => {
  bank = await generateKeyPair('EdDSA');
  jwk = await exportJWK(bank.publicKey);
  verifications = vi.spyOn(crypto.subtle, 'verify');
});
beforeEach(() => {
  now = NOON;
  verify = callerVerifier({ keys: [jwk] }, () => now);
  verifications.mockClear();
});

const sign = (claims: JWTPayload = {}, key = bank.privateKey) =>
  new SignJWT({
    iss: 'bank-auth',
    aud: 'interest-payout',
    sub: 'C000000001',
    exp: NOON / SECOND + 300,
    ...claims,
  })
    .setProtectedHeader({ alg: 'EdDSA' })
    .sign(key);
const CUSTOMER = { kind: 'customer', customerId: 'C000000001' };

describe('a verified token', () => {
  it('is verified once a minute, even if it is used often', async () => {
    const token = await sign();
    for (let i = 0; i < 10; i += 1) expect(await verify(token, undefined)).toEqual(CUSTOMER);
    expect(verifications).toHaveBeenCalledTimes(1);
    now += 60 * SECOND;
    expect(await verify(token, undefined)).toEqual(CUSTOMER);
    expect(verifications).toHaveBeenCalledTimes(2);
  });

  it('that expires between two uses is refused at the second', async () => {
    const token = await sign({ exp: NOON / SECOND + 10 });
    now += 9.9 * SECOND;
    expect(await verify(token, undefined)).toEqual(CUSTOMER);
    now += 0.1 * SECOND;
    expect(await verify(token, undefined)).toBeNull();
  });

  it('is refused while the clock is before its nbf, even if it was accepted before', async () => {
    const token = await sign({ nbf: NOON / SECOND });
    expect(await verify(token, undefined)).toEqual(CUSTOMER);
    now -= 5 * SECOND;
    expect(await verify(token, undefined)).toBeNull();
  });

  it('stands for no caller when one character differs', async () => {
    const token = await sign();
    await verify(token, undefined);
    const [head, payload = '', signature = ''] = token.split('.');
    const others = [
      `${head}.${payload}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
      `${head}.${Buffer.from(JSON.stringify({ sub: 'C000000002' })).toString('base64url')}.${signature}`,
      `${token}=`,
    ];
    for (const other of others) expect(await verify(other, undefined)).toBeNull();
  });

  it('of a core acts for the customer of this request, not of the request before', async () => {
    const token = await sign({ sub: 'gateway', scope: 'core.rehearse' });
    expect(await verify(token, 'C000000007')).toEqual({ kind: 'core', onBehalfOf: 'C000000007' });
    expect(await verify(token, 'C000000008')).toEqual({ kind: 'core', onBehalfOf: 'C000000008' });
    expect(await verify(token, 'C1')).toBeNull();
    expect(verifications).toHaveBeenCalledTimes(1);
  });
});

describe('a forged token', () => {
  it('is verified and refused each time, and never cached', async () => {
    const forged = await sign({}, (await generateKeyPair('EdDSA')).privateKey);
    for (let i = 0; i < 3; i += 1) expect(await verify(forged, undefined)).toBeNull();
    expect(verifications).toHaveBeenCalledTimes(3);
  });
});

it('keeps a bounded number of proofs', () => {
  const tokens = new VerifiedTokens(() => 0);
  const proof = { subject: 'C000000001', scopes: [], exp: 10, nbf: null };
  for (let i = 0; i < 10_100; i += 1) tokens.keep(`token ${i}`, proof);
  expect(tokens.size).toBe(10_000);
  expect(tokens.find('token 99')).toBeNull();
  expect(tokens.find('token 10099')).toEqual(proof);
});
