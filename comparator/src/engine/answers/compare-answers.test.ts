import { expect, test } from 'vitest';
import { compileRules } from '../rules/compiled-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { Answer } from './answer.ts';
import { type AnswerTerms, compareAnswers } from './compare-answers.ts';

const JSON_TYPE = 'application/json';
const answer = (status: number, body: string | Uint8Array, type = JSON_TYPE, more = {}) =>
  new Answer(status, { 'content-type': type, ...more }, typeof body === 'string' ? Buffer.from(body) : body);

const same = { because: 'a dry run creates nothing', owner: 'core team', until: '2027-12-31' };
const terms: AnswerTerms = {
  rules: compileRules({ rules: [{ kind: 'status', same: [201, 200], ...same }] }, '2026-11-20'),
  headers: ['retry-after'],
  outcome: (a) =>
    a.status < 300
      ? 'accepted'
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

test('an accepted and a refused request differ in the outcome alone', () => {
  const refusal = answer(409, '{"code":"LIMIT"}', 'application/problem+json');
  expect(parts(answer(201, '{"net":"99"}'), refusal)).toEqual(['status accepted -> refused LIMIT']);
});

test('two refusals with different codes differ in the outcome', () => {
  const left = answer(409, '{"code":"LIMIT"}');
  expect(parts(left, answer(409, '{"code":"BLOCKED"}'))).toEqual([
    'outcome refused LIMIT -> refused BLOCKED',
  ]);
});

test('statuses without an outcome differ as numbers', () => {
  expect(parts(answer(404, '{}'), answer(410, '{}'))).toEqual(['status 404 -> 410']);
});

test('the content type is compared, without its charset UTF-8', () => {
  expect(parts(answer(200, '{}'), answer(200, '{}', 'application/json; charset=utf-8'))).toEqual([]);
  expect(parts(answer(200, '{}'), answer(200, '{}', 'text/html'))).toEqual(['header:content-type changed']);
});

test('chosen headers are compared, other headers are not', () => {
  const left = answer(200, '{}', JSON_TYPE, { 'retry-after': '1', date: 'a' });
  expect(parts(left, answer(200, '{}', JSON_TYPE, { 'retry-after': '1', date: 'b' }))).toEqual([]);
  expect(parts(left, answer(200, '{}'))).toEqual(['header:retry-after removed']);
});

test('a body that is not valid JSON is a fault of its side', () => {
  expect(parts(answer(200, '{"a":1,"a":1}'), answer(200, '{}'))).toBe('left duplicate-key');
  expect(parts(answer(200, '{}'), answer(200, '<html>'))).toBe('right syntax');
});

test('bodies that are not JSON are compared byte by byte', () => {
  expect(parts(answer(200, 'ok', 'text/plain'), answer(200, 'ok', 'text/plain'))).toEqual([]);
  expect(parts(answer(200, 'ok', 'text/plain'), answer(200, 'no', 'text/plain'))).toEqual([' bytes']);
});

test('an empty body differs from a document', () => {
  expect(parts(answer(200, ''), answer(200, '{}'))).toEqual([' bytes']);
});

const ruled = (...rules: object[]) => ({
  ...terms,
  rules: compileRules({ rules: rules.map((rule) => ({ ...same, ...rule }) as Rule) }, '2026-11-20'),
});
const summary = (left: Answer, right: Answer, some: AnswerTerms) => {
  const comparison = compareAnswers(left, right, some);
  return comparison.kind === 'faulty' ? null : [comparison.found.length, comparison.explained.length];
};

test('a rule explains the difference of a header until its last day', () => {
  const [left, right] = [
    answer(200, '{}', JSON_TYPE, { 'retry-after': 'ONE' }),
    answer(200, '{}', 'text/json'),
  ];
  const one = answer(200, '{}', JSON_TYPE, { 'retry-after': 'one' });
  expect(summary(left, right, terms)).toEqual([2, 0]);
  const ignored = { kind: 'ignore', path: 'header:content-type' };
  expect(summary(left, right, ruled(ignored))).toEqual([1, 1]);
  expect(summary(left, right, ruled({ ...ignored, until: '2026-11-19' }))).toEqual([2, 0]);
  const oneSided = { kind: 'oneSided', path: 'header:retry-after' };
  expect(summary(left, right, ruled(ignored, oneSided))).toEqual([0, 1]);
  expect(summary(left, one, ruled(oneSided))).toEqual([1, 0]);
  const lower = { kind: 'equivalent', path: 'header:retry-after', normalise: ['lower-case'] };
  expect(summary(left, one, ruled(lower))).toEqual([0, 1]);
});

test.each([
  [{ kind: 'ignore', path: 'header:ETag' }, 'lower case'],
  [{ kind: 'ignore', path: 'header:' }, 'is not the name of a header'],
  [{ kind: 'unordered', path: 'header:etag' }, 'not a list'],
])('rule %j is refused', (rule, message) => expect(() => ruled(rule)).toThrow(message));
