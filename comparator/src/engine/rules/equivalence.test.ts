import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, JsonNumber } from '../parse/json.ts';
import { decimal, equal } from '../values/decimal.ts';
import { areEquivalent, type NormaliserName } from './equivalence.ts';

const mean = (name: NormaliserName, left: Json, right: Json) =>
  areEquivalent({ normalise: [name] }, left, right);

test.each([
  ['1.0', '1'],
  ['1.50', '15e-1'],
  ['-0', '0'],
  ['007', '7'],
  ['-007.50', '-7.5'],
  ['000', '0'],
])('"%s" and "%s" are the same number', (left, right) => {
  expect(mean('number', left, right)).toBe(true);
  expect(mean('number', left, new JsonNumber('1e999'))).toBe(false);
});

test.each([
  ['007', '008'],
  ['1,000', '2,000'],
  ['1,000', '1000'],
  ['2026-01-01', '2027-05-05'],
  ['12abc', '99xyz'],
  ['1.', '1'],
  ['--1', '-1'],
  ['1e', '1'],
  ['', '0'],
  [' 1', '2'],
  ['0x10', '0x11'],
])('"%s" and "%s" are not the same number', (left, right) => {
  expect(mean('number', left, right)).toBe(false);
});

test.each([
  ['123-456', '123456'],
  ['₩1,000', '1000'],
  ['010-1234-5678', '01012345678'],
  ['-5', '-5'],
  ['-1,000', '- 1000'],
  ['₩-5', '5-'], // cores of the telegram age write the sign behind
])('"%s" and "%s" have the same digits', (left, right) => {
  expect(mean('digits', left, right)).toBe(true);
});

test.each([
  ['abc', 'xyz'],
  ['abc', ''],
  ['-5', '5'],
  ['-₩5', '₩5'],
  ['5-', '5'],
  ['007', '7'],
  ['１', '２'],
])('"%s" and "%s" have different digits', (left, right) => {
  expect(mean('digits', left, right)).toBe(false);
});

test('law: two texts are the same number only if both are numbers of one value, or the same text', () => {
  const text = fc.oneof(fc.stringMatching(/^-?[0-9]{1,3}([.,e-][0-9]{0,3})?[a-z]?$/), fc.string());
  fc.assert(
    fc.property(text, text, (left, right) => {
      if (!mean('number', left, right) || left === right) return;
      const [a, b] = [left, right].map((one) => decimal(one.replace(/^(-?)0+(?=\d)/, '$1')));
      expect(a && b && equal(a, b)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
