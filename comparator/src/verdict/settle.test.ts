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
  settle(primary, { kind: 'called', call: shadow, isPinned: true }, terms);

test.each([401, 403, 408, 429])(
  'two refusals with the same status and code are a match, also with status %s',
  (status) => {
    const refusal = answered(status, 'REFUSED');
    expect(verdictOf(refusal, refusal)).toMatchObject({ verdict: 'match', failure: null });
  },
);

test.each([401, 403, 408, 429])(
  'two refusals with status %s and different codes are a mismatch',
  (status) => {
    expect(verdictOf(answered(status, 'LOCKED'), answered(status, 'UNKNOWN')).verdict).toBe('mismatch');
  },
);

test.each([
  [200, 429],
  [404, 401],
  [403, 401],
])(
  'a primary status %s and a shadow that refuses the gateway with status %s are not compared',
  (ours, theirs) => {
    expect(verdictOf(answered(ours, 'X'), answered(theirs, 'X'))).toMatchObject({
      verdict: 'shadow_error',
      failure: { side: 'shadow', what: `status ${theirs}` },
    });
  },
);

test('an accepted and a refused request are a mismatch', () => {
  expect(verdictOf(answered(201, 'DONE'), answered(409, 'REFUSED')).verdict).toBe('mismatch');
});

test('when the primary failed, a shadow that refuses the gateway has failed too', () => {
  expect(verdictOf(answered(503, 'X'), answered(429, 'X')).verdict).toBe('both_failed');
  expect(verdictOf(answered(503, 'X'), answered(409, 'X')).verdict).toBe('primary_error');
});
