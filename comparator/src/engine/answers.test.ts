import { expect, test } from 'vitest';
import { Answer } from './answer.ts';
import { type AnswerTerms, compareAnswers } from './answers.ts';
import { compileRules } from './rules.ts';

const JSON_TYPE = 'application/json';
const answer = (status: number, body: string | Uint8Array, type = JSON_TYPE, more = {}) =>
  new Answer(status, { 'content-type': type, ...more }, typeof body === 'string' ? Buffer.from(body) : body);

const same = { because: 'a rehearsal is no payout', owner: 'core team', until: '2027-12-31' };
const terms: AnswerTerms = {
  rules: compileRules({ rules: [{ kind: 'status', same: [201, 200], ...same }] }, '2026-11-20'),
  headers: ['retry-after'],
  outcome: (a) =>
    a.status < 300
      ? 'paid'
      : a.status === 409
        ? `refused ${String((a.json() as Map<string, string>).get('code'))}`
        : null,
};

const parts = (left: Answer, right: Answer) => {
  const comparison = compareAnswers(left, right, terms);
  return comparison.kind === 'faulty'
    ? `${comparison.side} ${comparison.fault.class}`
    : comparison.found.map((d) => `${d.path} ${d.class}`);
};

test('equal answers, with statuses that mean the same', () => {
  expect(parts(answer(201, '{"net":"99"}'), answer(200, '{"net":"99"}'))).toEqual([]);
});

test('paying against refusing is one difference, and says what', () => {
  const refusal = answer(409, '{"code":"SEIZED"}', 'application/problem+json');
  expect(parts(answer(201, '{"net":"99"}'), refusal)).toEqual(['status paid -> refused SEIZED']);
});

test('two refusals with different codes differ in the outcome', () => {
  const left = answer(409, '{"code":"SEIZED"}');
  expect(parts(left, answer(409, '{"code":"PLEDGED"}'))).toEqual([
    'outcome refused SEIZED -> refused PLEDGED',
  ]);
});

test('statuses without a word for them differ as numbers', () => {
  expect(parts(answer(404, '{}'), answer(410, '{}'))).toEqual(['status 404 -> 410']);
});

test('content type counts, its charset UTF-8 does not', () => {
  expect(parts(answer(200, '{}'), answer(200, '{}', 'application/json; charset=utf-8'))).toEqual([]);
  expect(parts(answer(200, '{}'), answer(200, '{}', 'text/html'))).toEqual([
    'header:content-type application/json -> text/html',
  ]);
});

test('chosen headers count, others do not', () => {
  const left = answer(200, '{}', JSON_TYPE, { 'retry-after': '1', date: 'a' });
  expect(parts(left, answer(200, '{}', JSON_TYPE, { 'retry-after': '1', date: 'b' }))).toEqual([]);
  expect(parts(left, answer(200, '{}'))).toEqual(['header:retry-after 1 -> ']);
});

test('a body that is not what it says to be is a fault of its side', () => {
  expect(parts(answer(200, '{"a":1,"a":1}'), answer(200, '{}'))).toBe('left duplicate-key');
  expect(parts(answer(200, '{}'), answer(200, '<html>'))).toBe('right syntax');
});

test('bodies that are no JSON are compared byte by byte', () => {
  expect(parts(answer(200, 'ok', 'text/plain'), answer(200, 'ok', 'text/plain'))).toEqual([]);
  expect(parts(answer(200, 'ok', 'text/plain'), answer(200, 'no', 'text/plain'))).toEqual([' bytes']);
});

test('an empty body against a document', () => {
  expect(parts(answer(200, ''), answer(200, '{}'))).toEqual([' bytes']);
});
