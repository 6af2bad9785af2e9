import { expect, it } from 'vitest';
import { VerifiedTokens } from './verified-tokens.ts';

const PROOF = { subject: 'a', exp: 100, nbf: 10 };

it('finds the proof of the same token for a minute, and of no other token', () => {
  let now = 20;
  const tokens = new VerifiedTokens<typeof PROOF>(() => now);
  tokens.keep('token', PROOF);
  expect(tokens.find('token')).toEqual(PROOF);
  expect(tokens.find('token ')).toBeNull();
  now = 79;
  expect(tokens.find('token')).toEqual(PROOF);
  now = 80;
  expect(tokens.find('token')).toBeNull();
});

it('neither keeps nor finds a token outside its own times', () => {
  let now = 9;
  const tokens = new VerifiedTokens<typeof PROOF>(() => now);
  tokens.keep('early', PROOF);
  expect(tokens.size).toBe(0);
  now = 60;
  tokens.keep('late', PROOF);
  now = 100;
  expect(tokens.find('late')).toBeNull();
});

it('keeps a bounded number of proofs, the latest ones', () => {
  const tokens = new VerifiedTokens<typeof PROOF>(() => 20);
  for (let i = 0; i < 10_100; i += 1) tokens.keep(`token ${i}`, PROOF);
  expect(tokens.size).toBe(10_000);
  expect(tokens.find('token 99')).toBeNull();
  expect(tokens.find('token 10099')).toEqual(PROOF);
});
