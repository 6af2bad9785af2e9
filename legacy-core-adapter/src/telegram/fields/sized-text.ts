import { fromCp949, toCp949 } from '../charset.ts';
import { FieldFault } from '../faults.ts';
import { fromDigits, toDigits } from './digits.ts';
import { spaceFilled } from './text.ts';

/**
 * A text with its own byte length in front (`9(4)` and `X(n)`, the legacy language's varying text): the only kind
 * that keeps spaces at its end. Length 0 is no text.
 */
export type SizedTextField = { readonly type: 'sizedText'; readonly bytes: number };

const LENGTH_DIGITS = 4;

export function sizedText(maxBytes: number): SizedTextField {
  return { type: 'sizedText', bytes: LENGTH_DIGITS + maxBytes };
}

export const sizedTextCodec = {
  encode(field: SizedTextField, value: string): Buffer {
    const bytes = toCp949(value);
    const length = Buffer.from(toDigits(BigInt(bytes.length), LENGTH_DIGITS), 'latin1');
    return Buffer.concat([length, spaceFilled(bytes, field.bytes - LENGTH_DIGITS)]);
  },
  decode(field: SizedTextField, bytes: Buffer): string {
    const end = LENGTH_DIGITS + Number(fromDigits(bytes.toString('latin1', 0, LENGTH_DIGITS)));
    if (end > field.bytes) throw new FieldFault('says it is longer than its field');
    if (bytes.subarray(end).some((byte) => byte !== 0x20)) throw new FieldFault('is longer than it says');
    return fromCp949(bytes.subarray(LENGTH_DIGITS, end));
  },
};
