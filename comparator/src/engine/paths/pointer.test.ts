import { expect, test } from 'vitest';
import { parse } from '../parse/parse.ts';
import { covers, matches } from './pattern.ts';
import { generalPointer, pointer, segments, valueAt } from './pointer.ts';

test('writes and reads the pointers of RFC 6901', () => {
  expect(pointer([])).toBe('');
  expect(pointer(['a/b', 'm~n', '', 0])).toBe('/a~1b/m~0n//0');
  expect(segments('/a~1b/m~0n//0')).toEqual(['a/b', 'm~n', '', '0']);
  expect(generalPointer(['list', 3, 'x', '이름', 'y z'], (key) => key === '이름')).toBe('/list/*/x/이름/***');
});

test.each(['a', 'a/b', '/a~2'])('%s is not a pointer', (text) =>
  expect(() => segments(text)).toThrow(TypeError),
);

test.each([
  ['/a/*', ['a', 'b'], true],
  ['/a/*', ['a', 3], true],
  ['/a/*', ['a'], false],
  ['/a/*', ['a', 'b', 'c'], false],
  ['/**/c', ['a', 'b', 'c'], true],
  ['/**/c', ['c'], true],
  ['/**', [], true],
  ['', [], true],
  ['', ['a'], false],
])('%s matches %j: %s', (pattern, path, expected) => {
  expect(matches(segments(pattern), path)).toBe(expected);
});

test('a pattern covers the paths below it', () => {
  expect(covers(segments('/a'), ['a', 'b', 0])).toBe(true);
  expect(covers(segments('/a/*/x'), ['a', 0])).toBe(false);
});

test('finds the value that a pointer names', () => {
  const parsed = parse('{"a":[{"b":"x"}],"":1}');
  const document = parsed.ok ? parsed.value : undefined;
  expect(valueAt(document, '/a/0/b')).toBe('x');
  expect(valueAt(document, '/a/1/b')).toBeUndefined();
  expect(valueAt(document, '/a/b')).toBeUndefined();
  expect(valueAt(undefined, '/a')).toBeUndefined();
});
