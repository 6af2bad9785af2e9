import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { type SealedQuestion, sealWith, unseal } from './stored-request.ts';

const KEY_BYTES = 32;
const key = randomBytes(KEY_BYTES);
const question: SealedQuestion = {
  operation: 'thing.read',
  method: 'GET',
  path: '/things/110000000012',
  body: null,
  isPinned: true,
  subject: 'C000000001',
};

test('a sealed question is read with its key, and says nothing without', () => {
  const sealed = sealWith(key)(question);
  expect(unseal(sealed, key)).toEqual(question);
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('110000000012');
  expect(unseal(sealed, randomBytes(KEY_BYTES))).toBeNull();
  const otherFirst = sealed.startsWith('A') ? 'B' : 'A';
  expect(unseal(`${otherFirst}${sealed.slice(1)}`, key)).toBeNull();
  expect(unseal('', key)).toBeNull();
});
