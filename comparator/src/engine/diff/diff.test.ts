import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, stringify } from '../parse/json.ts';
import { parse } from '../parse/parse.ts';
import { compileRules } from '../rules/compiled-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { isEqual } from '../values/equal.ts';
import { diff } from './diff.ts';

const TODAY = '2026-11-20';
const SIGNED = { because: 'test', owner: 'core team', until: '2026-12-31' };

function read(text: string): Json {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value;
}

type LooseRule = Rule extends infer R
  ? R extends Rule
    ? Omit<R, 'because' | 'owner' | 'until'> & Partial<Rule>
    : never
  : never;

function differ(left: string, right: string, rules: LooseRule[] = [], units: Record<string, string> = {}) {
  const signed = rules.map((rule) => ({ ...SIGNED, ...rule }) as Rule);
  return diff(read(left), read(right), compileRules({ rules: signed, units }, TODAY));
}

const brief = ({ found }: ReturnType<typeof differ>) => found.map((d) => `${d.path} ${d.kind} ${d.class}`);

test.each([
  ['equal documents', '{"a":[1,{"b":null}]}', '{"a":[1,{"b":null}]}', []],
  ['another order of keys', '{"a":1,"b":2}', '{"b":2,"a":1}', []],
  ['another spelling of a number', '{"a":1.0}', '{"a":1e0}', []],
  ['a digit that floats lose', '{"a":9007199254740993}', '{"a":9007199254740992}', ['/a changed off-by-one']],
  ['a cent at 10^15', '1000000000000000.01', '1000000000000000.02', [' changed last-place']],
  ['an amount as text, off by one', '{"net":"2329"}', '{"net":"2328"}', ['/net changed off-by-one']],
  ['a number as text', '{"a":1}', '{"a":"1"}', ['/a type number/string']],
  ['null against a missing field', '{"a":null}', '{}', ['/a removed field']],
  ['an additional field', '{}', '{"a":null}', ['/a added field']],
  ['another text', '{"a":"x"}', '{"a":"y"}', ['/a changed text']],
  ['another spelling of a number as text', '{"a":"1.0"}', '{"a":"1"}', ['/a spelling same-number']],
  ['an instant', '{"t":"2026-01-02T00:00:00Z"}', '{"t":"2026-01-02T00:00:01Z"}', ['/t time instant']],
  [
    'one instant, two offsets',
    '{"t":"2026-01-02T00:00:00Z"}',
    '{"t":"2026-01-02T09:00:00+09:00"}',
    ['/t time same-instant'],
  ],
  ['a date', '{"t":"2026-01-02"}', '{"t":"2026-01-03"}', ['/t time date']],
  ['an element inserted', '[1,2,3]', '[1,9,2,3]', ['/1 added element']],
  ['an element removed', '[1,2,3]', '[1,3]', ['/1 removed element']],
  ['an element changed', '[{"a":1},{"a":2}]', '[{"a":1},{"a":5}]', ['/1/a changed other']],
  ['another order', '[1,2,3]', '[3,1,2]', [' order order']],
  ['a key with a slash', '{"a/b":true}', '{"a/b":false}', ['/a~1b changed boolean']],
  ['object against list', '{"a":{}}', '{"a":[]}', ['/a type object/array']],
])('%s', (_what, left, right, expected) => {
  expect(brief(differ(left, right))).toEqual(expected);
});

test('an amount that is not cut below its unit', () => {
  const units = { '/localTax': '10' };
  expect(brief(differ('{"localTax":"30"}', '{"localTax":"38"}', [], units))).toEqual([
    '/localTax rounding cut-at-10',
  ]);
});

test('an ignored path explains the paths below it, and no others', () => {
  const rules: LooseRule[] = [{ kind: 'ignore', path: '/a/*' }];
  const result = differ('{"a":{"x":{"y":1}},"b":1}', '{"a":{"x":{"y":2}},"b":2}', rules);
  expect(brief(result)).toEqual(['/b changed off-by-one']);
  expect(result.explained).toMatchObject([{ difference: { path: '/a/x/y' }, rule: { kind: 'ignore' } }]);
});

test('an expired rule explains nothing', () => {
  const rule = { kind: 'ignore', path: '/a', until: '2026-11-19' } as const;
  expect(brief(differ('{"a":1}', '{"a":2}', [rule]))).toEqual(['/a changed off-by-one']);
  expect(brief(differ('{"a":1}', '{"a":2}', [{ ...rule, until: TODAY }]))).toEqual([]);
});

test('a difference is explained up to the amount and found above it', () => {
  const rules: LooseRule[] = [{ kind: 'within', path: '/a', amount: '0.01' }];
  expect(brief(differ('{"a":"1.00"}', '{"a":"1.01"}', rules))).toEqual([]);
  expect(brief(differ('{"a":1.00}', '{"a":1.02}', rules))).toHaveLength(1);
});

test('a one-sided field is no difference, but is compared when both sides have it', () => {
  const rules: LooseRule[] = [{ kind: 'oneSided', path: '/id' }];
  const oneSide = differ('{"id":1,"a":1}', '{"a":1}', rules);
  expect([oneSide.found, oneSide.explained]).toEqual([[], []]);
  expect(differ('{"a":1}', '{"id":1,"a":1}', rules).found).toEqual([]);
  expect(brief(differ('{"id":1}', '{"id":2}', rules))).toEqual(['/id changed off-by-one']);
});

test('an unordered list', () => {
  const rules: LooseRule[] = [{ kind: 'unordered', path: '/l' }];
  expect(differ('{"l":[1,2,2]}', '{"l":[2,1,2]}', rules).found).toEqual([]);
  expect(brief(differ('{"l":[1,2,2]}', '{"l":[2,1,1]}', rules))).toHaveLength(1);
});

test('elements of an unordered list that rules make equal are paired', () => {
  const rules: LooseRule[] = [
    { kind: 'unordered', path: '/l' },
    { kind: 'ignore', path: '/l/*/id' },
  ];
  expect(
    differ('{"l":[{"id":1,"a":1},{"id":2,"a":2}]}', '{"l":[{"id":3,"a":2},{"id":4,"a":1}]}', rules).found,
  ).toEqual([]);
});

test('a keyed list is compared element by element, in any order', () => {
  const rules: LooseRule[] = [{ kind: 'keyed', path: '/l', key: 'id' }];
  const left = '{"l":[{"id":1,"a":1},{"id":2,"a":2}]}';
  expect(differ(left, '{"l":[{"id":2,"a":2},{"id":1,"a":1}]}', rules).found).toEqual([]);
  expect(brief(differ(left, '{"l":[{"id":2,"a":7},{"id":3,"a":1}]}', rules))).toEqual([
    '/l/0 removed element',
    '/l/1/a changed other',
    '/l/1 added element',
  ]);
});

test('differences after the first hundred are only counted', () => {
  const many = (n: number) => `{${Array.from({ length: 150 }, (_, i) => `"k${i}":${n}`).join(',')}}`;
  const { found, more } = differ(many(1), many(5));
  expect([found.length, more]).toEqual([100, 50]);
});

test.each([
  [{ kind: 'ignore', path: 'a' }, 'pointer'],
  [{ kind: 'ignore', path: '/a', until: 'soon' }, 'until'],
  [{ kind: 'ignore', path: '/a', because: ' ' }, 'reason'],
  [{ kind: 'within', path: '/a', amount: '-1' }, 'amount'],
] as [LooseRule, string][])('rule %j is refused', (rule, message) => {
  expect(() => differ('1', '1', [rule])).toThrow(message);
});

const json = fc.json({ maxDepth: 4 }).filter((text) => parse(text).ok);

/** The same document with its keys in reverse order. */
function swapped(value: Json): Json {
  if (Array.isArray(value)) return value.map(swapped);
  if (value instanceof Map) return new Map([...value].reverse().map(([key, item]) => [key, swapped(item)]));
  return value;
}

test('law: every document equals itself with its keys in any order', () => {
  fc.assert(
    fc.property(json, (text) => {
      expect(differ(text, stringify(swapped(read(text)))).found).toEqual([]);
    }),
  );
});

test('law: equality is symmetric and agrees with isEqual', () => {
  const pair = fc.oneof(
    fc.tuple(json, json),
    json.map((text) => [text, stringify(swapped(read(text)))] as const),
  );
  fc.assert(
    fc.property(pair, ([a, b]) => {
      const there = differ(a, b).found.length === 0;
      expect(differ(b, a).found.length === 0).toBe(there);
      expect(there).toBe(isEqual(read(a), read(b)));
    }),
  );
});

test('law: one changed leaf is one difference at its path', () => {
  const lists = fc.array(
    fc.record({ id: fc.nat(), x: fc.record({ amount: fc.nat(), tags: fc.array(fc.string()) }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(lists, fc.nat(), (list, pick) => {
      const at = pick % list.length;
      const changed = structuredClone(list);
      (changed[at] as (typeof list)[number]).x.amount += 1_000_003;
      const { found } = differ(JSON.stringify({ list }), JSON.stringify({ list: changed }));
      expect(found.map((d) => d.path)).toEqual([`/list/${at}/x/amount`]);
    }),
  );
});

test('law: one inserted element is one added', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 12 }), fc.nat(12), (list, pick) => {
      const longer = list.toSpliced(pick % (list.length + 1), 0, 99);
      expect(differ(stringify(read(JSON.stringify(list))), JSON.stringify(longer)).found).toMatchObject([
        { kind: 'added' },
      ]);
    }),
  );
});
