import iconv from 'iconv-lite';
import { CharsetError, FieldError } from './codec-errors.ts';

/**
 * CP949 (Unified Hangul Code) and not EUC-KR, because 똠 뷁 힣 펲 exist in CP949 only. Node decodes strict EUC-KR and encodes
 * neither, so this file uses iconv-lite. iconv-lite writes `?` for a character that it cannot encode, so every result is
 * decoded and compared.
 */
const CHARSET = 'cp949';
/** C0 and C1 controls and DEL. A record of fixed fields never has them in a text. */
const CONTROL = /\p{Cc}/u;
/** Characters with the same byte in ASCII and CP949. Most texts are numbers and keys, and the tables of iconv took most of their time. */
const PLAIN = /^[\x20-\x7e]*$/;

/** The CP949 bytes of a text; throws for a character that CP949 does not have. */
export function toCp949(text: string): Buffer {
  if (PLAIN.test(text)) return Buffer.from(text, 'latin1');
  if (CONTROL.test(text)) throw new FieldError('has a control character');
  const bytes = iconv.encode(text, CHARSET);
  if (iconv.decode(bytes, CHARSET) !== text)
    throw new FieldError(`has a character that ${CHARSET} cannot encode`);
  return bytes;
}

/** The text of CP949 bytes; throws unless encoding it again gives the same bytes. */
export function fromCp949(bytes: Buffer): string {
  const plain = bytes.toString('latin1');
  if (PLAIN.test(plain)) return plain;
  const text = iconv.decode(bytes, CHARSET);
  if (CONTROL.test(text) || !iconv.encode(text, CHARSET).equals(bytes)) {
    throw new CharsetError(`is not ${CHARSET} text`);
  }
  return text;
}

/** The leading characters that fit into `bytes`, without half of a two-byte character. */
export function cutToBytes(text: string, bytes: number): Buffer {
  const whole = toCp949(text);
  if (whole.length <= bytes) return whole;
  let end = 0;
  while (end < bytes) {
    const width = (whole[end] ?? 0) < 0x80 ? 1 : 2; // CP949 lead bytes are 0x81 to 0xFE
    if (end + width > bytes) break;
    end += width;
  }
  return whole.subarray(0, end);
}
