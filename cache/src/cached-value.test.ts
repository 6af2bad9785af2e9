import { expect, test } from 'vitest';
import { readCachedValue, writeCachedValue } from './cached-value.ts';

const HEAD = {
  day: '2026-11-20',
  expiresAt: 1_763_650_800_000,
  epoch: 'e-1',
  generation: '1.4.0 rules-2026',
};

test.each(['{}', '', 'C000000001\n{"net":"1"}', 'a line\n\nmore: 7 8\n'])(
  'a value %j is read as it was written, with its head',
  (text) => {
    const held = `42:${writeCachedValue({ ...HEAD, text })}`;
    expect(readCachedValue(held)).toEqual({ kind: 'value', version: 42n, ...HEAD, text });
  },
);

test('a mark has its version', () => {
  expect(readCachedValue('9007199254740993:')).toEqual({ kind: 'dropped', version: 9007199254740993n });
});

test.each([null, '', ':', 'x', '42', '-1:', '4x:', '42:no head', '42:2026-11-20 1\n{}', '42:\n{}'])(
  '%j was not written by a cache and counts as a miss',
  (held) => expect(readCachedValue(held)).toBeNull(),
);
