import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromCp949, toCp949 } from './charset.ts';
import { Malformed, Unencodable } from './codec-errors.ts';
import { amount } from './fields/amount.ts';
import { code, oneOf } from './fields/code.ts';
import { date, dateOrNone } from './fields/date.ts';
import { num } from './fields/num.ts';
import { sizedText } from './fields/sized-text.ts';
import { text } from './fields/text.ts';
import { time } from './fields/time.ts';
import { HEADER_V1, HEADER_V2 } from './header.ts';
import { type Field, group, type Layout, sizeOf } from './layout.ts';
import { ALL_MESSAGES, REFUSED } from './messages/index.ts';
import { decodeRecord, encodeRecord } from './record.ts';

const encoded = (layout: Layout, values: Record<string, unknown>): string =>
  fromCp949(encodeRecord(layout, values as never));

describe('a field in bytes', () => {
  it.each([
    ['a number, zero-filled', num(5), 42n, '00042'],
    ['an amount with its sign', amount(5), 42n, '+00042'],
    ['a negative amount', amount(5), -42n, '-00042'],
    ['text, space-filled', text(6), '가A', '가A   '],
    ['a longer text where it may be cut', text(3, { cut: true }), '가나', '가 '],
    ['text with its length in bytes', sizedText(6), '가 ', '0003가    '],
    ['text with a length of two digits', sizedText(6, { lengthDigits: 2 }), '가', '02가    '],
    ['no text', sizedText(4), '', '0000    '],
    ['a date', date(), '2026-11-20', '20261120'],
    ['no date', dateOrNone(), null, '00000000'],
    ['a time', time(), '18:03:12.345', '180312345'],
    ['a code', code(4), 'E101', 'E101'],
    [
      'a group, unused records as spaces',
      group(2, { A: num(2), B: text(1) }),
      [{ A: 7n, B: 'x' }],
      '0107x   ',
    ],
    [
      'a group with a count of three digits',
      group(1, { A: num(1) }, { countDigits: 3 }),
      [{ A: 7n }],
      '0017',
    ],
  ] as [string, Field, unknown, string][])('%s, and is read again', (_what, field, value, bytes) => {
    expect(encoded({ F: field }, { F: value })).toBe(bytes);
    const written = encodeRecord({ F: field }, { F: value } as never);
    expect(encodeRecord({ F: field }, decodeRecord({ F: field }, written))).toEqual(written);
  });

  it('must have a count that is wide enough for its records', () => {
    expect(() => group(100, { A: num(1) })).toThrow('2 digits do not hold 100');
    expect(() => sizedText(100, { lengthDigits: 2 })).toThrow('2 digits do not hold 100');
  });

  it.each([
    ['a number too long', num(2), 100n, '3 digits'],
    ['a negative number', num(2), -1n, 'negative'],
    ['an amount of 19 digits', amount(), 10n ** 18n, '19 digits'],
    ['a text too long', text(3), '가나', '4 bytes'],
    ['a space at the end', text(3), 'a ', 'ends in a space'],
    ['a character CP949 does not have', text(9), 'é', 'cannot encode'],
    ['a date that does not exist', date(), '2026-02-29', 'calendar'],
    ['another spelling of a date', date(), '20261120', 'calendar'],
    ['a time that does not exist', time(), '24:00:00.000', 'time of day'],
    ['a code in small letters', code(4), 'e101', 'code'],
    ['a code too short', code(4), 'E1', 'code'],
    ['a code that is not one of the list', oneOf('Q', 'R'), 'X', 'not one of Q R'],
  ] as [string, Field, unknown, string][])(
    'refuses %s and names the field',
    (_what, field, value, reason) => {
      const encode = () => encodeRecord({ OTHER: num(1), THIS: field }, { OTHER: 1n, THIS: value } as never);
      expect(encode).toThrow(Unencodable);
      expect(encode).toThrow(`THIS: `);
      expect(encode).toThrow(reason);
    },
  );

  it('names a field inside a group with the position of its record', () => {
    const layout = { LINE: group(2, { AMT: num(1) }) };
    expect(() => encodeRecord(layout, { LINE: [{ AMT: 1n }, { AMT: 10n }] })).toThrow('LINE[1].AMT');
    expect(() => decodeRecord(layout, Buffer.from('021x'))).toThrow('LINE[1].AMT');
    expect(() => encodeRecord(layout, { LINE: [1n, 2n, 3n].map((AMT) => ({ AMT })) })).toThrow('holds 2');
  });
});

describe('bytes that are no value of their field', () => {
  it.each([
    ['letters in a number', num(3), '1a2'],
    ['spaces in a number', num(3), ' 12'],
    ['a sign in a number', num(3), '-12'],
    ['a fullwidth digit', num(2), '１'],
    ['an amount without a sign', amount(2), '012'],
    ['an amount of minus zero', amount(2), '-00'],
    ['30 February', date(), '20260230'],
    ['no date where one is due', date(), '00000000'],
    ['minute 60', time(), '126000000'],
    ['a code with a space', code(4), 'E10 '],
    ['a code that is not one of the list', oneOf('Y', 'N'), 'X'],
    ['a text with a length beyond its field', sizedText(4), '0005abcd'],
    ['a text with bytes after its length', sizedText(4), '0002abcd'],
    ['a group with too many records', group(2, { A: num(1) }), '0312'],
    ['bytes after the last record of a group', group(2, { A: num(1) }), '0112'],
  ] as [string, Field, string][])('%s are refused, by the name of the field', (_what, field, bytes) => {
    const decode = () => decodeRecord({ THIS: field }, toCp949(bytes));
    expect(decode).toThrow(Malformed);
    expect(decode).toThrow(/^THIS/);
  });

  it('are refused when the record is longer or shorter than its layout', () => {
    const layout = { A: num(2) };
    expect(() => decodeRecord(layout, Buffer.from('1'))).toThrow('1 bytes instead of 2');
    expect(() => decodeRecord(layout, Buffer.from('123'))).toThrow('3 bytes instead of 2');
  });
});

const LAYOUTS: [string, Layout][] = [
  ['header V1', HEADER_V1],
  ['header V2', HEADER_V2],
  ['refused', REFUSED],
  ...ALL_MESSAGES.flatMap(({ trCd, version, request, answer }): [string, Layout][] => [
    [`${trCd} V${version} request`, request],
    [`${trCd} V${version} answer`, answer],
  ]),
];

describe.each(LAYOUTS)('the layout %s', (_name, layout) => {
  it('decodes to the values that were encoded', () => {
    fc.assert(
      fc.property(valuesOf(layout), (values) => {
        const bytes = encodeRecord(layout, values as never);
        expect(bytes).toHaveLength(sizeOf(layout));
        expect(decodeRecord(layout, bytes)).toEqual(values);
      }),
    );
  });

  it('decodes random bytes to values that are encoded as the same bytes, or refuses them', () => {
    fc.assert(
      fc.property(
        valuesOf(layout),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
        (values, damage) => {
          const bytes = encodeRecord(layout, values as never);
          for (const [at, byte] of damage) if (bytes.length > 0) bytes[at % bytes.length] = byte;
          let decoded: unknown;
          try {
            decoded = decodeRecord(layout, bytes);
          } catch (fault) {
            expect(fault).toBeInstanceOf(Malformed);
            return;
          }
          expect(encodeRecord(layout, decoded as never)).toEqual(bytes);
        },
      ),
    );
  });
});

/** Any values of a layout, from the layout itself. */
function valuesOf(layout: Layout): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(Object.entries(layout).map(([name, field]) => [name, valueOf(field)])));
}

function valueOf(field: Field): fc.Arbitrary<unknown> {
  const digits = (n: number) => fc.bigInt({ min: 0n, max: 10n ** BigInt(n) - 1n });
  const isoDate = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2999-12-31'), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10));
  switch (field.type) {
    case 'num':
      return digits(field.bytes);
    case 'amount':
      return fc.tuple(digits(field.bytes - 1), fc.boolean()).map(([won, minus]) => (minus ? -won : won));
    case 'text':
      return textUpTo(field.bytes).map((value) => value.replace(/ +$/, ''));
    case 'sizedText':
      return textUpTo(field.bytes - 4);
    case 'date':
      return isoDate;
    case 'dateOrNone':
      return fc.option(isoDate);
    case 'time':
      return fc.nat(86_399_999).map((ms) => new Date(ms).toISOString().slice(11, 23));
    case 'code':
      if (field.values !== null) return fc.constantFrom(...field.values);
      return fc.stringMatching(new RegExp(`^[A-Z0-9]{${field.bytes}}$`));
    case 'group':
      return fc.array(valuesOf(field.record), { maxLength: field.max });
  }
}

function textUpTo(bytes: number): fc.Arbitrary<string> {
  const character = fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0xac00, max: 0xd7a3 }));
  return fc
    .array(character, { maxLength: Math.floor(bytes / 2) })
    .map((codes) => String.fromCharCode(...codes));
}
