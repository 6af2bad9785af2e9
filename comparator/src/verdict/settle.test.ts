import { expect, test } from 'vitest';
import { Answer, compileRules } from '../engine/index.ts';
import type { Call } from './call.ts';
import { settle } from './settle.ts';

const terms = {
  rules: compileRules({ rules: [] }, '2026-01-02'),
  headers: [],
  outcome: () => null,
};

function answered(status: number, code: string): Call {
  const headers = { 'content-type': 'application/problem+json' };
  const answer = new Answer(status, headers, Buffer.from(JSON.stringify({ code })));
  return { kind: 'answered', answer, rawHeaders: [], ms: 1 };
}

const verdictOf = (primary: Call, shadow: Call) =>
  settle(primary, { kind: 'asked', call: shadow, isPinned: true }, terms);

test.each([401, 403, 408, 429])('both refusing with the same code is a match, %s as well', (status) => {
  const refusal = answered(status, 'REFUSED');
  expect(verdictOf(refusal, refusal)).toMatchObject({ verdict: 'match', failure: null });
});

test.each([401, 403, 408, 429])('both refusing with %s for different reasons is a mismatch', (status) => {
  expect(verdictOf(answered(status, 'LOCKED'), answered(status, 'UNKNOWN')).verdict).toBe('mismatch');
});

test.each([
  [200, 429],
  [404, 401],
  [403, 401],
])(
  'a primary that says %s and a shadow that refuses the question with %s are not compared',
  (ours, theirs) => {
    expect(verdictOf(answered(ours, 'X'), answered(theirs, 'X'))).toMatchObject({
      verdict: 'shadow_error',
      failure: { side: 'shadow', what: `status ${theirs}` },
    });
  },
);

test('paying against refusing is a mismatch', () => {
  expect(verdictOf(answered(201, 'PAID'), answered(409, 'NOT_ELIGIBLE')).verdict).toBe('mismatch');
});

test('when the primary failed, a shadow that did not take the question has failed as well', () => {
  expect(verdictOf(answered(503, 'X'), answered(429, 'X')).verdict).toBe('both_failed');
  expect(verdictOf(answered(503, 'X'), answered(409, 'X')).verdict).toBe('primary_error');
});
