import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decimal, decimal, equal, isWithin, normalNumber, plain } from './decimal.ts';

const d = (text: string): Decimal => {
  const number = decimal(text);
  if (number === null) throw new Error(`${text} is no decimal`);
  return number;
};

test.each([
  ['1', '1.0'],
  ['1', '1e0'],
  ['100', '1E+2'],
  ['0.001', '1e-3'],
  ['0', '-0'],
  ['0', '0e999'],
  ['12300', '1.23e4'],
])('%s equals %s', (a, b) => expect(equal(d(a), d(b))).toBe(true));

test.each([
  ['9007199254740993', '9007199254740992'],
  ['1000000000000000.01', '1000000000000000.02'],
  ['0.1', '0.10000000000000000001'],
  ['1', '-1'],
  ['1e400', '1e401'],
  ['1e999999999', '1e999999998'],
])('%s does not equal %s', (a, b) => expect(equal(d(a), d(b))).toBe(false));

test.each(['01', '1.', '.1', '+1', '', 'abc', '0x10', '1e', '１', '1e9999999999999999'])(
  '%s is no decimal',
  (text) => {
    expect(decimal(text)).toBeNull();
  },
);

test('within an amount is exact, even where floats have too few digits', () => {
  expect(isWithin(d('1000000000000000.01'), d('1000000000000000.02'), d('0.01'))).toBe(true);
  expect(isWithin(d('1000000000000000.01'), d('1000000000000000.02'), d('0.009'))).toBe(false);
  expect(isWithin(d('1e999999999'), d('1'), d('1'))).toBe(false);
});

test.each(['0.01', '10', '-3.5', '0', '1200'])('%s is written without an exponent', (text) =>
  expect(plain(d(text))).toBe(text),
);

test('law: equal exactly when equal as fractions', () => {
  const parts = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 12 }));
  const write = ([units, scale]: [bigint, number]) => {
    const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
    const point = digits.length - scale;
    return `${units < 0n ? '-' : ''}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`;
  };
  const near = fc.tuple(parts, fc.integer({ min: -1, max: 1 }), fc.integer({ min: 0, max: 4 }));
  fc.assert(
    fc.property(near, ([[units, scale], step, zeros]) => {
      const other: [bigint, number] = [(units + BigInt(step)) * 10n ** BigInt(zeros), scale + zeros];
      expect(equal(d(write([units, scale])), d(write(other)))).toBe(step === 0);
    }),
  );
});

test.each([
  ['1.0', '10e-1'],
  ['-0', '0'],
  ['0e99999999999999999999', '0.000'],
  ['1e10000000000000000000', '10e9999999999999999999'],
  ['1e0000000000000000000001', '10'],
  ['-1.50e+0', '-15E-1'],
])('%s and %s are the same number', (a, b) => expect(normalNumber(a)).toBe(normalNumber(b)));

test.each([
  ['1e10000000000000000000', '1e10000000000000000001'],
  ['1e400', '-1e400'],
  [`0.${'1'.repeat(50_000)}`, `0.${'1'.repeat(49_999)}2`],
])('%s and %s are different numbers', (a, b) => expect(normalNumber(a)).not.toBe(normalNumber(b)));
