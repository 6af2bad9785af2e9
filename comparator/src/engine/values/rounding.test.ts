import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff } from '../diff/diff.ts';
import { parse } from '../parse/parse.ts';
import { compileRules } from '../rules/compiled-rules.ts';
import { type Decimal, decimal } from './decimal.ts';
import { modesOf } from './rounding.ts';

const d = (text: string) => decimal(text) as Decimal;

test.each([
  ['2.5', '2', '1', ['cut', 'half-even']],
  ['3.5', '4', '1', ['up', 'half-up', 'half-even']],
  ['2.5', '3', '1', ['up', 'half-up']],
  ['3.5', '3', '1', ['cut']],
  ['2.3', '2', '1', ['cut', 'half-up', 'half-even']],
  ['2.3', '3', '1', ['up']],
  ['-2.5', '-2', '1', ['cut', 'half-even']],
  ['-2.5', '2', '1', []],
  ['2', '2', '1', []],
  ['2.5', '4', '1', []],
  ['25', '20', '10', ['cut', 'half-even']],
  ['0.5', '0', '1', ['cut', 'half-even']],
])('%s became %s at the unit %s by %j', (exact, rounded, unit, modes) => {
  expect([...modesOf(d(exact), d(rounded), d(unit))]).toEqual(modes);
});

test('law: a number rounded by a mode to the nearest unit has that mode', () => {
  fc.assert(
    fc.property(fc.integer({ min: -10_000, max: 10_000 }), (hundredths) => {
      fc.pre(hundredths % 100 !== 0);
      const size = Math.abs(hundredths);
      const [low, rest] = [Math.floor(size / 100), size % 100];
      const even = rest > 50 || (rest === 50 && low % 2 === 1) ? low + 1 : low;
      const up = rest >= 50 ? low + 1 : low;
      const sign = hundredths < 0 ? '-' : '';
      const modes = (to: number) =>
        modesOf(d(`${hundredths}e-2`), d(to === 0 ? '0' : `${sign}${to}`), d('1'));
      expect(modes(even).has('half-even')).toBe(true);
      expect(modes(up).has('half-up')).toBe(true);
    }),
  );
});

const classes = (left: string, right: string) => {
  const [a, b] = [parse(left), parse(right)];
  const { found } = diff(
    a.ok ? a.value : null,
    b.ok ? b.value : null,
    compileRules({ rules: [] }, '2026-11-20'),
  );
  return found.map((one) => one.class);
};

test('half-even is named when no other mode explains all amounts of a field', () => {
  const half = 'half-even-at-1';
  expect(classes('[{"a":2.5},{"a":3.5}]', '[{"a":2},{"a":4}]')).toEqual([half, half]);
  expect(classes('[{"a":2},{"a":4}]', '[{"a":2.5},{"a":3.5}]')).toEqual([half, half]);
  expect(classes('[{"a":2.5},{"a":2.7}]', '[{"a":2},{"a":3}]')).toEqual([half, half]);
});

test('the class stays when a usual mode explains all amounts, when there is one amount, and for each of two fields', () => {
  expect(classes('[{"a":2.5},{"a":3.5}]', '[{"a":2},{"a":3}]')).toEqual(['cut-at-1', 'cut-at-1']);
  expect(classes('[{"a":2.5},{"a":3.5}]', '[{"a":3},{"a":4}]')).toEqual(['half-up-at-1', 'half-up-at-1']);
  expect(classes('{"a":2.5}', '{"a":2}')).toEqual(['cut-at-1']);
  expect(classes('{"a":2.5,"b":3.5}', '{"a":2,"b":4}')).toEqual(['cut-at-1', 'half-up-at-1']);
  expect(classes('[{"a":2.3},{"a":2.7}]', '[{"a":2},{"a":3}]')).toEqual(['cut-at-1', 'half-up-at-1']);
});
