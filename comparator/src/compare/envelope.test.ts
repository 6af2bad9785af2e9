import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareLine } from './compare-line.ts';

/** A line from texts and raw bytes. */
const line = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))));

test('an escaped character above U+00FF keeps its number in a line that is not UTF-8', () => {
  const { fault, isEqual, id } = compareLine(
    line('{"id":"계좌', 0xff, '","left":"\\"\\u0131\\"","right":"\\"1\\""}'),
  );
  expect({ fault, isEqual, id }).toEqual({ fault: null, isEqual: false, id: '계좌\ufffd' });
});

test('a raw byte and the character of the same number are different', () => {
  expect(compareLine(line('{"left":"\\"\\u00e9\\"","right":"\\"', 0xe9, '\\""}'))).toMatchObject({
    fault: { side: 'right', class: 'invalid-utf8' },
  });
  expect(compareLine(line('{"id":"', 0xe9, '","left":"\\"\\u00e9\\"","right":"\\"é\\""}'))).toMatchObject({
    isEqual: true,
  });
});

test('half a surrogate pair is a fault, even in a line that is not UTF-8', () => {
  expect(compareLine(line('{"id":"', 0xff, '","left":"\\"\\ud800\\"","right":"1"}'))).toMatchObject({
    fault: { side: 'left', class: 'lone-surrogate' },
  });
});

test('rules apply in a line that is not UTF-8', () => {
  const given = '"left":"{\\"금액\\":1}","right":"{\\"금액\\":2}","rules":{"ignore":["/금액"]}';
  expect(compareLine(line('{"id":"', 0xff, '",', given, '}'))).toMatchObject({ isEqual: true });
});

test('law: an id that is not UTF-8 does not change the result of the documents', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string());
  fc.assert(
    fc.property(text, text, fc.boolean(), (left, right, escapes) => {
      const written = (document: string) => {
        const json = JSON.stringify(JSON.stringify(document));
        return escapes
          ? json.replaceAll(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
          : json;
      };
      const documents = `"left":${written(left)},"right":${written(right)}}`;
      const [whole, broken] = [
        compareLine(line('{"id":"","rules":null,', documents)),
        compareLine(line('{"id":"', 0xff, '",', documents)),
      ];
      expect({ ...broken, id: '' }).toEqual({ ...whole, id: '' });
    }),
    { numRuns: 200 },
  );
});
