import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { type SubjectOf, subjectReader } from './identity.ts';

const TERMS = {
  issuer: 'issuer-of-things',
  audience: 'things',
  algorithms: ['EdDSA'],
  subject: ({ sub }: Readonly<Record<string, unknown>>) =>
    typeof sub === 'string' && sub.startsWith('C') ? sub : null,
};
const NOON = Date.parse('2026-01-02T12:00:00Z');

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let others: typeof keys;
let subjectOf: SubjectOf;
let clock = NOON;

beforeAll(async () => {
  [keys, others] = await Promise.all([generateKeyPair('EdDSA'), generateKeyPair('EdDSA')]);
  subjectOf = subjectReader({ keys: [await exportJWK(keys.publicKey)] }, TERMS, () => clock);
});

const signed = (
  change: { sub?: string; audience?: string; issuer?: string; exp?: number } = {},
  key = keys.privateKey,
) =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA' })
    .setSubject(change.sub ?? 'C000000001')
    .setIssuer(change.issuer ?? 'issuer-of-things')
    .setAudience(change.audience ?? 'things')
    .setExpirationTime(change.exp ?? NOON / 1000 + 60)
    .sign(key);

const unsigned = (alg: string) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg })}.${part({ sub: 'C000000001', iss: 'issuer-of-things', aud: 'things', exp: NOON / 1000 + 60 })}.`;
};

test('a verified token names its customer each time', async () => {
  const token = await signed();
  for (let i = 0; i < 3; i += 1) expect(await subjectOf(`Bearer ${token}`)).toBe('C000000001');
});

test('a verified token names no customer after its expiry', async () => {
  const token = await signed();
  expect(await subjectOf(`Bearer ${token}`)).toBe('C000000001');
  clock = NOON + 61_000;
  expect(await subjectOf(`Bearer ${token}`)).toBeNull();
  clock = NOON;
});

test.each([
  ['no header', async () => undefined],
  ['another scheme', async () => `Basic ${await signed()}`],
  ['two tokens', async () => `Bearer ${await signed()} ${await signed()}`],
  ['a forged signature', async () => `Bearer ${await signed({}, others.privateKey)}`],
  ['another audience', async () => `Bearer ${await signed({ audience: 'other' })}`],
  ['another issuer', async () => `Bearer ${await signed({ issuer: 'other' })}`],
  ['an expired token', async () => `Bearer ${await signed({ exp: NOON / 1000 - 1 })}`],
  ['alg none', async () => `Bearer ${unsigned('none')}`],
  ['a symmetric algorithm', async () => `Bearer ${unsigned('HS256')}x`],
  ['a subject that is no customer', async () => `Bearer ${await signed({ sub: 'gateway' })}`],
])('%s names no customer', async (_what, header) => {
  expect(await subjectOf(await header())).toBeNull();
});
