import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineGarbage } from './codec-errors.ts';
import { FrameReader, framed } from './frame.ts';
import { MAX_TELEGRAM_BYTES } from './longest.ts';

const MIN_BYTES = 3;

describe('frames of a session', () => {
  it('come out complete and in order, for every split of the stream', () => {
    const telegram = fc
      .uint8Array({ minLength: MIN_BYTES, maxLength: 40 })
      .map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(telegram, { maxLength: 8 }), fc.array(fc.nat(400)), (telegrams, cuts) => {
        const stream = Buffer.concat(telegrams.map((bytes) => framed(bytes)));
        const reader = new FrameReader(MIN_BYTES);
        const borders = [
          0,
          ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b),
          stream.length,
        ];
        const read = borders.slice(1).flatMap((to, i) => reader.push(stream.subarray(borders[i], to)));
        expect(read).toEqual(telegrams);
      }),
    );
  });

  it('come out of a stream of single bytes', () => {
    const reader = new FrameReader(MIN_BYTES);
    const stream = Buffer.concat([framed(Buffer.from('abc')), framed(Buffer.from('defg'))]);
    const read = [...stream].flatMap((byte) => reader.push(Buffer.from([byte])));
    expect(read.map(String)).toEqual(['abc', 'defg']);
  });

  it.each([
    ['letters', 'GET '],
    ['the first bad byte, before the prefix is whole', 'G'],
    ['a sign', '-001'],
    ['a space', ' 100'],
    ['NUL', '\0\0\0\0'],
    ['full-width digits', '１'],
    ['a length below the header', '0002'],
    ['a length above the limit', String(MAX_TELEGRAM_BYTES + 1).padStart(4, '0')],
  ])('%s instead of a length is garbage', (_what, bytes) => {
    expect(() => new FrameReader(MIN_BYTES).push(Buffer.from(bytes))).toThrow(LineGarbage);
  });

  it('that are bad are refused after good frames as well', () => {
    const reader = new FrameReader(MIN_BYTES);
    expect(() => reader.push(Buffer.concat([framed(Buffer.from('abc')), Buffer.from('oops')]))).toThrow(
      LineGarbage,
    );
  });

  it('of random bytes never take more than one frame of memory', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
        const reader = new FrameReader(MIN_BYTES);
        try {
          for (const chunk of chunks) {
            for (const telegram of reader.push(Buffer.from(chunk))) {
              expect(telegram.length).toBeLessThanOrEqual(MAX_TELEGRAM_BYTES);
            }
          }
        } catch (fault) {
          expect(fault).toBeInstanceOf(LineGarbage);
        }
      }),
    );
  });

  it('are written with four digits of length, which do not count themselves', () => {
    expect(framed(Buffer.from('abc')).toString()).toBe('0003abc');
    expect(framed(Buffer.alloc(MAX_TELEGRAM_BYTES))).toHaveLength(4 + MAX_TELEGRAM_BYTES);
    expect(() => framed(Buffer.alloc(MAX_TELEGRAM_BYTES + 1))).toThrow(LineGarbage);
  });
});
