import { expect, test } from 'vitest';
import { type Json, JsonNumber } from '../parse/json.ts';
import { parse } from '../parse/parse.ts';
import { compileRules } from '../rules/compiled-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { diff } from './diff.ts';

const SIGNED = { because: 'test', owner: 'core team', until: '2026-12-31' };
const NONE = compileRules({ rules: [] }, '2026-11-20');
const WITHIN = loose({ kind: 'within', path: '/**', amount: '1' });
const UNORDERED = loose({ kind: 'unordered', path: '' });

function loose(...rules: object[]) {
  return compileRules({ rules: rules.map((rule) => ({ ...SIGNED, ...rule }) as Rule) }, '2026-11-20');
}

const list = (length: number, item: (i: number) => number): Json[] =>
  Array.from({ length }, (_, i) => new JsonNumber(String(item(i))));

function read(value: unknown): Json {
  const parsed = parse(JSON.stringify(value));
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value;
}

const MANY = 200_000;

test('two lists of 200,000 elements without common elements are compared, and aligned while steps remain', () => {
  const [left, right] = [list(MANY, (i) => i), list(MANY, (i) => -i - 1)];
  expect(diff(left, right, NONE)).toMatchObject({ found: { length: 100 }, explained: [] });
  const aligned = diff(left, right, NONE, { maxDifferences: MANY, maxSteps: 1e12 });
  expect(aligned.found).toHaveLength(MANY);
});

test('one element inserted into a list of 200,000 is one difference while steps remain', () => {
  const left = list(MANY, (i) => i % 7);
  const right = left.toSpliced(10, 0, new JsonNumber('99')).toSpliced(150_000, 1);
  expect(diff(left, right, NONE, { maxSteps: 1e12 }).found.map((d) => d.kind)).toEqual(['added', 'removed']);
});

test('when no steps remain, lists are compared by position, and the number of differences stays bounded', () => {
  const [left, right] = [list(1_000, (i) => i), list(1_001, (i) => i - 1)];
  const { found, more } = diff(left, right, NONE, { maxSteps: 0 });
  expect(found).toHaveLength(100);
  expect(found[0]).toMatchObject({ path: '/0', kind: 'changed' });
  expect(more).toBeGreaterThan(0);
  expect(diff(left, right, NONE).found).toMatchObject([{ kind: 'added', path: '/0' }]);
});

test('without any steps, equal lists are equal and different lists differ, ordered, keyed, unordered and under rules', () => {
  const limits = { maxSteps: 0 };
  const [some, other] = [list(500, (i) => i), list(500, (i) => i + (i === 499 ? 5 : 0))];
  expect(
    diff(
      some,
      list(500, (i) => i),
      NONE,
      limits,
    ).found,
  ).toEqual([]);
  expect(diff(some, other, NONE, limits).found).toMatchObject([{ path: '/499' }]);
  expect(
    diff(
      some,
      list(500, (i) => 499 - i),
      UNORDERED,
      limits,
    ).found,
  ).toEqual([]);
  expect(diff(some, other.toReversed(), UNORDERED, limits).found).toHaveLength(1);
  expect(
    diff(
      some,
      list(500, (i) => i + (i % 2)),
      WITHIN,
      limits,
    ),
  ).toMatchObject({ found: [] });
  expect(
    diff(
      some,
      list(500, (i) => i + (i % 3)),
      WITHIN,
      limits,
    ).found,
  ).toHaveLength(100);
  const keyed = loose({ kind: 'keyed', path: '', key: 'id' });
  const rows = (order: number[], amount: number) => read(order.map((id) => ({ id, amount })));
  expect(diff(rows([1, 2, 3], 1), rows([3, 2, 1], 1), keyed, limits).found).toEqual([]);
  expect(diff(rows([1, 2, 3], 1), rows([3, 2, 1], 9), keyed, limits).found).toHaveLength(3);
});

test('no difference is lost, whatever step the budget ends at', () => {
  const left = read([{ l: [1, 2, 3, { a: [4, 5] }] }, [6, 7], 'x', [8, [9, [10]]]]);
  const same = read([{ l: [1, 2, 3, { a: [4, 5] }] }, [6, 7], 'x', [8, [9, [10]]]]);
  const changed = read([{ l: [1, 2, 3, { a: [4, 5] }] }, [6, 7], 'x', [8, [9, [30]]]]);
  const [deep, looseUnordered] = [
    loose({ kind: 'unordered', path: '/**' }),
    loose({ kind: 'unordered', path: '/**' }, { kind: 'within', path: '/**', amount: '1' }),
  ];
  for (const rules of [NONE, WITHIN, deep, looseUnordered]) {
    for (let maxSteps = 0; maxSteps < 6_000; maxSteps += 7) {
      expect(diff(left, same, rules, { maxSteps }).found).toEqual([]);
      expect(diff(left, changed, rules, { maxSteps }).found.length).toBeGreaterThan(0);
    }
  }
});

test('nested lists that rules may make equal do not multiply the trials', () => {
  const nest = (decoys: string, core: string) => {
    const parsed = parse(`${`[${decoys},`.repeat(400)}${core}${']'.repeat(400)}`);
    return parsed.ok ? parsed.value : null;
  };
  const { found, more } = diff(nest('1,2', '1'), nest('3,4', '9'), WITHIN, { maxDifferences: 10 });
  expect(found).toHaveLength(10);
  expect(more).toBeGreaterThan(0);
});

test('numbers with huge exponents are compared without all their digits', () => {
  const object = (text: string) =>
    new Map(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, new JsonNumber(text)]));
  const { found, more } = diff(object('1e9999'), object('2e-9999'), NONE);
  expect([found.length, more]).toEqual([100, 1_900]);
  expect(diff(object('1e9999'), object('10e9998'), NONE).found).toEqual([]);
});
