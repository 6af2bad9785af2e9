import { expect, test } from 'vitest';
import { type Decimal, decimal } from './decimal.ts';
import { numericClass } from './numeric-class.ts';

const d = (text: string) => decimal(text) as Decimal;

test.each([
  ['2739', '2740', 'off-by-one'],
  ['9007199254740993', '9007199254740992', 'off-by-one'],
  ['-1', '0', 'off-by-one'],
  ['109', '-109', 'sign'],
  ['109', '10900', 'scale'],
  ['1.5', '0.015', 'scale'],
  ['383', '380', 'other'], // one amount in ten ends in zero anyway
  ['-109.5', '-109', 'cut-at-1'],
  ['109.2', '110', 'up-at-1'],
  ['1000000000000000.01', '1000000000000000.02', 'last-place'],
  ['1.005', '1.01', 'half-up-at-0.01'],
  ['1.005', '1.00', 'cut-at-0.01'],
  ['109.589', '109', 'cut-at-1'],
  ['12345', '77', 'other'],
  ['1e999999999', '1', 'scale'],
  ['3e999999999', '1', 'other'],
])('%s and %s: %s, from either side', (a, b, expected) => {
  expect(numericClass(d(a), d(b))).toBe(expected);
  expect(numericClass(d(b), d(a))).toBe(expected);
});

test.each([
  ['38', '30', 'cut-at-10'],
  ['31', '30', 'cut-at-10'], // and not off by one: the unit of the field decides
  ['8', '0', 'cut-at-10'],
  ['37', '40', 'half-up-at-10'],
  ['40', '30', 'other'],
])('an amount in units of 10: %s and %s: %s', (a, b, expected) => {
  expect(numericClass(d(a), d(b), d('10'))).toBe(expected);
});
