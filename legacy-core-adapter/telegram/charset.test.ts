import { describe, expect, it } from 'vitest';
import { cutToBytes, fromCp949, toCp949 } from './charset.ts';

describe('CP949 text', () => {
  it.each([
    ['똠', '8c63'],
    ['뷁', '94ee'],
    ['힣', 'c652'],
    ['펲', 'bc84'],
    ['가', 'b0a1'],
    ['A', '41'],
  ])('%s is encoded as %s and decoded again', (text, hex) => {
    expect(toCp949(text).toString('hex')).toBe(hex);
    expect(fromCp949(Buffer.from(hex, 'hex'))).toBe(text);
  });

  it('has every Hangul syllable in two bytes', () => {
    for (let code = 0xac00; code <= 0xd7a3; code++) {
      const syllable = String.fromCharCode(code);
      expect(toCp949(syllable)).toHaveLength(2);
      expect(fromCp949(toCp949(syllable))).toBe(syllable);
    }
  });

  it.each(['é', '₩', '😀', '\ud800', '가\u0301', '\u200f'])('refuses %j, because CP949 lacks it', (text) => {
    expect(() => toCp949(text)).toThrow('cannot encode');
  });

  it.each(['\u0000', '\n', '\u001b[31m', '\u007f', '\u0080'])(
    'refuses the control character in %j',
    (text) => {
      expect(() => toCp949(`x${text}`)).toThrow('control character');
    },
  );

  it.each(['b0', '41b0', 'ff41', '80', '00', 'b020'])(
    'refuses the bytes %s, because they are no text',
    (hex) => {
      expect(() => fromCp949(Buffer.from(hex, 'hex'))).toThrow('not cp949 text');
    },
  );

  it('is cut at a character, never inside a syllable', () => {
    expect(fromCp949(cutToBytes('가나다', 5))).toBe('가나');
    expect(fromCp949(cutToBytes('가A나', 3))).toBe('가A');
    expect(fromCp949(cutToBytes('A가나', 2))).toBe('A');
    expect(fromCp949(cutToBytes('가나', 4))).toBe('가나');
    // trail bytes that look like ASCII: 똠 is 8c 63, and 63 is "c"
    expect(fromCp949(cutToBytes('똠똠', 3))).toBe('똠');
  });
});
