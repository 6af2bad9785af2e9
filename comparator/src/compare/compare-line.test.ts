import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareLine, resultSentence, resultText } from './compare-line.ts';

type Result = {
  equal: boolean;
  fault: { side: string; class: string } | null;
  differences: { path: string; kind: string; class: string; left: unknown; right: unknown }[];
  error?: string;
};

function resultOf(left: string, right: string, rules?: object): Result {
  const line = Buffer.from(JSON.stringify({ id: 1, left, right, rules }));
  return JSON.parse(resultText(compareLine(line))) as Result;
}
const brief = (left: string, right: string, rules?: object) => {
  const { fault, error, differences } = resultOf(left, right, rules);
  if (error !== undefined) return error;
  return fault === null ? differences.map((d) => `${d.path} ${d.kind}`) : `${fault.side} ${fault.class}`;
};

test.each([
  // numbers
  ['{"a":1.0}', '{"a":1}', {}, []],
  ['{"a":1.0}', '{"a":1}', { spelling: 'different' }, ['/a spelling']],
  ['[1.0,2]', '[1,2]', { spelling: 'different' }, ['/0 spelling']],
  ['-0', '0', {}, []],
  ['-0', '0', { spelling: 'different' }, [' spelling']],
  [
    '[1.0,2.0,3.0]',
    '[9,1,2,3]',
    { spelling: 'different' },
    ['/0 added', '/0 spelling', '/1 spelling', '/2 spelling'],
  ],
  ['[1.0,2,3]', '[2,3,9,1]', { spelling: 'different' }, ['/0 moved', '/0 spelling', '/2 added']],
  ['[1.0,1]', '[1,1.0]', { spelling: 'different', unordered: [''] }, []],
  ['[1.0,2,3]', '[3,2,1]', { spelling: 'different', unordered: [''] }, ['/0 spelling']],
  ['1e400', '10e399', {}, []],
  ['1e400', '1e401', {}, [' changed']],
  ['0.1', '0.1000000000000000000000000000001', {}, [' rounding']],
  ['1e99999999999999999999', '10e99999999999999999998', {}, []],
  ['{"a":1}', '{"a":"1"}', {}, ['/a type']],
  ['{"a":"1.00"}', '{"a":"1"}', {}, ['/a spelling']],
  // ignore and include
  ['{"a":{"x":1,"y":1},"b":1}', '{"a":{"x":2,"y":2},"b":1}', { ignore: ['/a/*'] }, []],
  ['{"a":{"x":1}}', '{}', { ignore: ['/a/*'] }, ['/a removed']],
  ['{"p":{"q":{"t":1}},"t":1}', '{"p":{"q":{"t":2}},"t":2}', { ignore: ['/**/t'] }, []],
  ['{"a":1,"b":1}', '{"a":2,"b":2}', { include: ['/b'] }, ['/b changed']],
  [
    '{"a":1,"b":{"c":1,"d":1}}',
    '{"a":2,"b":{"c":2,"d":2}}',
    { include: ['/b'], ignore: ['/b/c'] },
    ['/b/d changed'],
  ],
  ['{"l":[{"v":1,"t":1}]}', '{"l":[{"v":2,"t":2}]}', { include: ['/l/*/v'] }, ['/l/0/v changed']],
  ['{"a":{"b":1}}', '{}', { include: ['/a/b'] }, ['/a/b removed']],
  ['{"a":{"c":1}}', '{}', { include: ['/a/b'] }, []],
  ['{"a":[1]}', '{"a":{"b":1}}', { include: ['/a/b'] }, ['/a/b added']],
  ['1', '2', { ignore: [''] }, []],
  ['{"a/b":1,"m~n":1,"":1}', '{"a/b":2,"m~n":2,"":2}', { ignore: ['/a~1b', '/m~0n'] }, ['/ changed']],
  // lists
  ['[1,2,3]', '[2,3]', {}, ['/0 removed']],
  ['[[1],[2]]', '[[0],[1],[2]]', {}, ['/0 added']],
  ['[1,2,3]', '[3,2,1]', {}, [' order']],
  ['[1,2,3,4]', '[2,3,9,1]', {}, ['/0 moved', '/3 changed']],
  ['[1,2,3]', '[3,2,1]', { unordered: [''] }, []],
  ['[1,1,2]', '[1,2,2]', { unordered: [''] }, ['/1 changed']],
  ['{"l":[[1,2],[3]]}', '{"l":[[3],[2,1]]}', { unordered: ['/l', '/l/*'] }, []],
  ['{"l":[[1,2],[3]]}', '{"l":[[3],[2,1]]}', { unordered: ['/**'] }, []],
  [
    '[{"k":1,"v":1},{"k":2,"v":2}]',
    '[{"k":2,"v":2},{"k":1,"v":3}]',
    { keyed: { '': 'k' } },
    ['/0/v changed'],
  ],
  ['[{"m":{"k":1},"v":1}]', '[{"m":{"k":1},"v":2}]', { keyed: { '': '/m/k' } }, ['/0/v changed']],
  ['[{"k":1},{"k":1}]', '[{"k":1}]', { keyed: { '': 'k' } }, ['/1 removed']],
  [
    '[{"id":1,"x":1,"y":1},{"id":2,"x":2,"y":2}]',
    '[{"id":9,"x":9,"y":9},{"id":1,"x":1,"y":1},{"id":2,"x":2,"y":3}]',
    {},
    ['/0 added', '/1/y changed'],
  ],
  [
    '[{"id":1,"a":5},{"id":2,"a":6}]',
    '[{"id":7,"a":7},{"id":8,"a":5},{"id":9,"a":6}]',
    { ignore: ['/*/id'] },
    ['/0 added'],
  ],
  [
    '[{"t":"2026-01-01T00:00:00Z"}]',
    '[{"t":"2020-01-01T00:00:00Z"},{"t":"2026-01-01T00:00:01Z"}]',
    { time: { '/*/t': 'PT1S' } },
    ['/0 added'],
  ],
  // within, time, equivalent
  ['{"a":"10.00"}', '{"a":"10.01"}', { within: { '/a': '0.01' } }, []],
  ['{"a":10.00}', '{"a":10.011}', { within: { '/a': 0.01 } }, ['/a changed']],
  ['{"a":10}', '{"a":"10"}', { within: { '/a': '1' } }, ['/a type']],
  ['{"a":1000000000000000.01}', '{"a":1000000000000000.02}', { within: { '/a': '0.009' } }, ['/a changed']],
  ['{"a":"x"}', '{"a":"y"}', { within: { '/a': '1' } }, ['/a changed']],
  ['"2026-01-01T00:00:00.0000000001Z"', '"2026-01-01T00:00:00Z"', { time: { '': 'PT0S' } }, [' time']],
  ['"2026-01-01T00:00:00Z"', '"2026-01-01T09:00:00+09:00"', { time: { '': 'PT0S' } }, []],
  ['"2026-01-01T00:00:00Z"', '"2026-01-01T00:00:01.001Z"', { time: { '': 'PT1S' } }, [' time']],
  ['"2026-01-01T00:00:00Z"', '"2026-01-01T00:00:00"', { time: { '': 'P1D' } }, [' changed']],
  ['"A"', '"B"', { equivalent: { '': [['A', 'B'], ['C']] } }, []],
  ['"A"', '"C"', { equivalent: { '': [['A', 'B'], ['C']] } }, [' changed']],
  ['"A"', '"B"', { equivalent: { '': ['A', 'B'] } }, []],
  ['1', '"one"', { equivalent: { '': [[1, 'one']] } }, []],
  ['"ACTIVE"', '"A"', { equivalent: { '': { ACTIVE: 'A' } } }, []],
  ['"\\u1100\\u1161 "', '"가"', { equivalent: { '': ['nfc', 'trim'] } }, []],
  ['{"a":null}', '{}', { equivalent: { '/a': 'null-absent' } }, []],
  ['{"a":"1.50"}', '{"a":1.5}', { equivalent: { '/a': 'number' } }, []],
  ['{"a":"007"}', '{"a":"008"}', { equivalent: { '/a': 'number' } }, ['/a changed']],
  ['{"a":"1,000"}', '{"a":"2,000"}', { equivalent: { '/a': 'number' } }, ['/a changed']],
  // equivalent at a list or an object applies to each value in it
  ['{"a":["A","b"]}', '{"a":["a","B"]}', { equivalent: { '/a': 'lower-case' } }, []],
  ['{"a":["A","b"]}', '{"a":["a","C"]}', { equivalent: { '/a': 'lower-case' } }, ['/a/1 changed']],
  ['{"a":["x","b"]}', '{"a":["B"]}', { equivalent: { '/a': 'lower-case' } }, ['/a/0 removed']],
  [
    '{"a":{"x":"A","y":null}}',
    '{"a":{"x":"a"}}',
    { equivalent: { '/a': ['lower-case', 'null-absent'] } },
    [],
  ],
  ['{"a":["ACTIVE","D"]}', '{"a":["A","D"]}', { equivalent: { '/a': [['ACTIVE', 'A']] } }, []],
  // texts
  ['"\\u0041"', '"A"', { spelling: 'different' }, []],
  ['"\\u1100\\u1161"', '"가"', {}, [' spelling']],
  ['{"a":null}', '{}', {}, ['/a removed']],
  ['{"__proto__":1}', '{"__proto__":5}', {}, ['/__proto__ changed']],
  ['{"__proto__":1}', '{}', {}, ['/__proto__ removed']],
  // faults
  ['{"a":1,"a":1}', '{}', {}, 'left duplicate-key'],
  ['{}', '{"b":{"a":1,"\\u0061":1}}', {}, 'right duplicate-key'],
  ['', '{}', {}, 'left syntax'],
  ['[1,]', '[1]', {}, 'left syntax'],
  ['NaN', '1', {}, 'left not-a-number'],
  ['"\\ud800"', '1', {}, 'left lone-surrogate'],
  ['1', '"\ud800"', {}, 'right lone-surrogate'],
  ['['.repeat(10_000), '1', {}, 'left too-deep'],
])('%s against %s under %j: %j', (left, right, rules, expected) => {
  expect(brief(left, right, rules)).toEqual(expected);
});

test.each([
  [{ within: { '/a': 'x' } }, 'not an amount'],
  [{ within: { '/a': '-1' } }, 'not an amount'],
  [{ time: { '/a': 'P1M' } }, 'not a duration'],
  [{ ignore: ['a'] }, 'not an RFC 6901 pointer'],
  [{ ignore: ['/a~2'] }, 'not an RFC 6901 pointer'],
  [{ ignore: '/a' }, 'must be a list of paths'],
  [{ include: [1] }, 'must be a path'],
  [{ keyed: ['/a'] }, 'must be an object with paths'],
  [{ equivalent: { '/a': 'soundex' } }, 'not one of nfc'],
  [{ equivalent: { '/a': { A: ['B'] } } }, 'to each value in it'],
  [{ spelling: 'loose' }, 'spelling'],
  [{ within_: {} }, 'is not one of'],
])('rules %j are refused', (rules, message) => {
  expect(resultOf('1', '1', rules)).toMatchObject({ equal: false, fault: { side: 'input' } });
  expect(brief('1', '1', rules)).toContain(message);
});

test('in a line that is not UTF-8, the document that is not UTF-8 has the fault', () => {
  const line = Buffer.concat([
    Buffer.from('{"id":1,"left":"\\"a\\"","right":"\\"'),
    Buffer.of(0xff),
    Buffer.from('\\""}'),
  ]);
  expect(compareLine(line)).toMatchObject({
    id: expect.anything(),
    fault: { side: 'right', class: 'invalid-utf8' },
  });
});

test('an id and values keep their digits', () => {
  const line = Buffer.from('{"id":9007199254740993,"left":"0.10","right":"0.20"}');
  expect(resultText(compareLine(line))).toBe(
    '{"id":9007199254740993,"equal":false,"fault":null,"differences":[{"path":"","kind":"changed","left":0.10,"right":0.20,"class":"other"}]}',
  );
});

test('all differences are listed, however many there are', () => {
  const many = (n: number) => JSON.stringify(Array.from({ length: 5_000 }, (_, i) => ({ i, n })));
  expect(resultOf(many(1), many(5)).differences).toHaveLength(5_000);
});

test('further differences are counted', () => {
  const result = { id: null, isEqual: false, fault: null, differences: [], more: 3 };
  expect(resultText(result)).toBe('{"id":null,"equal":false,"fault":null,"differences":[],"more":3}');
  expect(resultSentence(result)).toContain('and 3 more');
});

test('a pattern of many ** is fast', () => {
  const deep = `${'{"a":'.repeat(400)}1${'}'.repeat(400)}`;
  const started = performance.now();
  brief(deep, deep.replace('1', '2'), { ignore: [`${'/**'.repeat(50)}/x`] });
  expect(performance.now() - started).toBeLessThan(1_000);
});

const mirrored: Record<string, string> = { added: 'removed', removed: 'added' };

test('law: the result is symmetric, and every document equals itself', () => {
  const document = fc.json({ maxDepth: 4 });
  const rules = fc.constantFrom({}, { unordered: ['/**'] }, { ignore: ['/*/a'] }, { within: { '/**': '1' } });
  fc.assert(
    fc.property(document, document, rules, (a, b, some) => {
      const [there, back] = [resultOf(a, b, some), resultOf(b, a, some)];
      expect(there.equal).toBe(back.equal);
      if (there.fault === null) expect(resultOf(a, a, some)).toMatchObject({ equal: true, differences: [] });
      const kinds = (one: Result, turn: boolean) =>
        one.differences.map((d) => (turn ? (mirrored[d.kind] ?? d.kind) : d.kind)).sort();
      if (!('unordered' in some)) expect(kinds(there, false)).toEqual(kinds(back, true));
    }),
    { numRuns: 500 },
  );
});

test('law: the result is symmetric for lists of few different elements', () => {
  const list = fc.array(fc.oneof(fc.nat(3), fc.record({ a: fc.nat(2), b: fc.nat(2) })), { maxLength: 8 });
  fc.assert(
    fc.property(list, list, (a, b) => {
      const kinds = (one: Result, turn: boolean) =>
        one.differences.map((d) => (turn ? (mirrored[d.kind] ?? d.kind) : d.kind)).sort();
      const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
      expect(kinds(resultOf(left, right), false)).toEqual(kinds(resultOf(right, left), true));
    }),
    { numRuns: 2_000 },
  );
});
