import { expect, test } from 'vitest';
import { readEntry, writeEntry } from './cached-value.ts';

const KEPT = { day: '2026-11-20', expiresAt: 1_763_650_800_000, epoch: 'e-1', generation: '1.4.0 tax-2026' };

test.each(['{}', '', 'C000000001\n{"net":"1"}', 'a line\n\nmore: 7 8\n'])(
  'a value %j is read as it was written, with its head',
  (text) => {
    const held = `42:${writeEntry({ ...KEPT, text })}`;
    expect(readEntry(held)).toEqual({ kind: 'kept', version: 42n, ...KEPT, text });
  },
);

test('a mark is of its version', () => {
  expect(readEntry('9007199254740993:')).toEqual({ kind: 'dropped', version: 9007199254740993n });
});

test.each([null, '', ':', 'x', '42', '-1:', '4x:', '42:no head', '42:2026-11-20 1\n{}', '42:\n{}'])(
  '%j was not written here: it is as if nothing were there',
  (held) => expect(readEntry(held)).toBeNull(),
);
