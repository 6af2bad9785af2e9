import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { decryptRequest, encryptWith, type StoredRequest } from './stored-request.ts';

const KEY_BYTES = 32;
const key = randomBytes(KEY_BYTES);
const request: StoredRequest = {
  operation: 'thing.read',
  method: 'GET',
  path: '/things/110000000012',
  body: null,
  isPinned: true,
  subject: 'C000000001',
};

test('an encrypted request is decrypted with its key, and with no other', () => {
  const encrypted = encryptWith(key)(request);
  expect(decryptRequest(encrypted, key)).toEqual(request);
  expect(Buffer.from(encrypted, 'base64').toString('latin1')).not.toContain('110000000012');
  expect(decryptRequest(encrypted, randomBytes(KEY_BYTES))).toBeNull();
  const otherFirst = encrypted.startsWith('A') ? 'B' : 'A';
  expect(decryptRequest(`${otherFirst}${encrypted.slice(1)}`, key)).toBeNull();
  expect(decryptRequest('', key)).toBeNull();
});
