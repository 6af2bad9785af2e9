import fc from 'fast-check';
import * as lossless from 'lossless-json';
import { expect, test } from 'vitest';
import { JsonNumber, stringify } from './json.ts';
import { MAX_DOCUMENT_BYTES, parse, parsePair } from './parse.ts';
import { MAX_DEPTH } from './parser.ts';

const classOf = (document: Uint8Array | string) => {
  const parsed = parse(document);
  return parsed.ok ? 'fine' : parsed.fault.class;
};

test.each(['9007199254740993', '1.0', '-0', '1e400', '0.1e-7', '123456789012345678901234567890.10'])(
  'keeps the digits of %s',
  (text) => {
    const parsed = parse(`{"n":${text}}`);
    expect(parsed.ok && stringify(parsed.value)).toBe(`{"n":${text}}`);
  },
);

test.each([
  ['a duplicate key', '{"a":1,"b":2,"a":1}', 'duplicate-key'],
  ['a duplicate key, spelled otherwise', '{"a":1,"\\u0061":2}', 'duplicate-key'],
  ['a lone surrogate', '"\\ud800"', 'lone-surrogate'],
  ['surrogates in the wrong order', '"\\udc00\\ud800"', 'lone-surrogate'],
  ['a lone surrogate in a key', '{"\\udfff":1}', 'lone-surrogate'],
  ['a lone surrogate as text', '"\ud800"', 'lone-surrogate'],
  ['NaN', '{"a":NaN}', 'not-a-number'],
  ['Infinity', '[-Infinity]', 'not-a-number'],
  ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'invalid-utf8'],
  ['half a UTF-8 character', Uint8Array.of(0x22, 0xea, 0xb0), 'invalid-utf8'],
  ['too many levels', '['.repeat(MAX_DEPTH + 1) + ']'.repeat(MAX_DEPTH + 1), 'too-deep'],
  ['a hundred thousand levels', '['.repeat(100_000), 'too-deep'],
  ['too many bytes', new Uint8Array(MAX_DOCUMENT_BYTES + 1), 'too-long'],
])('%s is a fault', (_what, document, expected) => {
  expect(classOf(document)).toBe(expected);
});

test.each([
  '',
  ' ',
  '{',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '[1,]',
  '[1 2]',
  '01',
  '1.',
  '.5',
  '+1',
  '-',
  '1e',
  'tru',
  'truex',
  '"a',
  '"\\x"',
  '"\\u12g4"',
  '"\n"',
  '{} {}',
  '\ufeff{}',
  "{'a':1}",
  '{a:1}',
  '\u00a0{}',
])('%j is not JSON', (document) => {
  expect(classOf(document)).toBe('syntax');
  expect(() => JSON.parse(document)).toThrow();
});

test('a document of exactly the allowed depth is parsed', () => {
  expect(classOf('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH))).toBe('fine');
});

test('__proto__ is an ordinary key', () => {
  const parsed = parse('{"__proto__":{"polluted":1}}');
  expect(parsed.ok && parsed.value).toEqual(
    new Map([['__proto__', new Map([['polluted', new JsonNumber('1')]])]]),
  );
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('law: parses the text of JSON.stringify and writes the same text', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6, noUnicodeString: false }), (text) => {
      const compact = JSON.stringify(JSON.parse(text));
      const parsed = parse(new TextEncoder().encode(compact));
      if (!parsed.ok) expect(['lone-surrogate', 'duplicate-key']).toContain(parsed.fault.class);
      else expect(JSON.parse(stringify(parsed.value))).toEqual(JSON.parse(compact));
    }),
  );
});

test('law: any text is a document or a fault, and the parser accepts nothing that JSON.parse refuses', () => {
  const pieces = fc.constantFrom(
    ...'{}[]",:0123456789.eE+-truefalsn \\u\n'.split(''),
    'null',
    '"a"',
    '\\ud800',
    '1e5',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 24 }), (parts) => {
      const text = parts.join('');
      if (classOf(text) === 'fine') expect(() => JSON.parse(text)).not.toThrow();
    }),
    { numRuns: 2_000 },
  );
});

test('law: documents that lossless-json parses have the same value here', () => {
  const spelled = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.constantFrom('1.0', '-0', '1e400', '[1E+2, 0.10]', '{"a":[{}]}'),
  );
  fc.assert(
    fc.property(spelled, (text) => {
      const parsed = parse(text);
      if (!parsed.ok) return;
      expect(stringify(parsed.value)).toBe(lossless.stringify(lossless.parse(text)));
    }),
  );
});

test('law: two documents parsed together have the values that each has alone', () => {
  const part = fc.oneof(fc.json({ maxDepth: 3 }), fc.constantFrom('{"a":1,"a":1}', '[', '"x', '"\\ud800"'));
  const list = fc.array(part, { maxLength: 6 });
  const text = (parts: string[]) => `{"wide${'e'.repeat(40)}":[${parts.join(',')}],"n":1.0}`;
  fc.assert(
    fc.property(list, fc.nat(6), fc.nat(2), part, (parts, at, taken, added) => {
      const [left, right] = [text(parts), text(parts.toSpliced(at, taken, added))];
      expect(parsePair(Buffer.from(left), Buffer.from(right))).toEqual([parse(left), parse(right)]);
      expect(parsePair(right, left)).toEqual([parse(right), parse(left)]);
    }),
    { numRuns: 1_000 },
  );
});
