import { describe, expect, it } from 'vitest';
import { LineGarbage } from './codec-errors.ts';
import { FrameReader, framed } from './frame.ts';
import { prefixOf } from './prefix.ts';

const telegram = Buffer.from('abcdefghij');

describe('the length prefix of a session', () => {
  it.each([
    ['text:4', '0010'],
    ['text:4:self', '0014'],
    ['text:6', '000010'],
    ['binary:2', '\x00\x0a'],
    ['binary:2:self', '\x00\x0c'],
    ['binary:4', '\x00\x00\x00\x0a'],
  ])('%s is written and read', (spelling, prefix) => {
    const own = prefixOf(spelling);
    const bytes = framed(telegram, own);
    expect(bytes.toString('latin1')).toBe(`${prefix}abcdefghij`);
    const reader = new FrameReader(1, own);
    expect([...bytes].flatMap((byte) => reader.push(Buffer.from([byte])))).toEqual([telegram]);
  });

  it.each(['', 'text', 'text:0', 'text:9', 'binary:8', 'text:2', 'binary:1', 'text:4:', 'ebcdic:4'])(
    '%j is none',
    (spelling) => {
      expect(() => prefixOf(spelling)).toThrow('must be a length prefix');
    },
  );

  it.each([
    ['text:4:self', '0003'],
    ['binary:4', '\xff\xff\xff\xff'],
    ['binary:2:self', '\x00\x01'],
  ])('%s with an impossible length is garbage', (spelling, prefix) => {
    const reader = new FrameReader(1, prefixOf(spelling));
    expect(() => reader.push(Buffer.from(prefix, 'latin1'))).toThrow(LineGarbage);
  });
});
