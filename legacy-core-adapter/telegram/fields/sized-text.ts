import { fromCp949, toCp949 } from '../charset.ts';
import { FieldFault } from '../faults.ts';
import { fromDigits, mustHold, toDigits } from './digits.ts';
import { spaceFilled } from './text.ts';

/**
 * A text with its own byte length in front (`9(4)`, or as wide as the layout says, and `X(n)`, the legacy language's varying text): the only kind
 * that keeps spaces at its end. Length 0 is no text.
 */
export type SizedTextField = {
  readonly type: 'sizedText';
  readonly bytes: number;
  readonly lengthDigits: number;
};

/** A text of up to `maxBytes`. Throws for a length too narrow to say so. */
export function sizedText(maxBytes: number, { lengthDigits = 4 } = {}): SizedTextField {
  mustHold(lengthDigits, maxBytes);
  return { type: 'sizedText', bytes: lengthDigits + maxBytes, lengthDigits };
}

export const sizedTextCodec = {
  encode(field: SizedTextField, value: string): Buffer {
    const text = toCp949(value);
    const filled = spaceFilled(text, field.bytes - field.lengthDigits);
    const length = toDigits(BigInt(text.length), field.lengthDigits);
    return Buffer.concat([Buffer.from(length, 'latin1'), filled]);
  },
  decode(field: SizedTextField, bytes: Buffer): string {
    const from = field.lengthDigits;
    const end = from + Number(fromDigits(bytes.toString('latin1', 0, from)));
    if (end > field.bytes) throw new FieldFault('says it is longer than its field');
    if (bytes.subarray(end).some((byte) => byte !== 0x20)) throw new FieldFault('is longer than it says');
    return fromCp949(bytes.subarray(from, end));
  },
};
