import { fromCp949, toCp949 } from '../charset.ts';
import { FieldError } from '../codec-errors.ts';
import { fromDigits, mustHold, toDigits } from './digits.ts';
import { spaceFilled } from './text.ts';

/**
 * A text after its own byte length: `9(4)`, or another width of the layout, and `X(n)`. This is the varying text of the legacy
 * language, and the only text that keeps spaces at its end. Length 0 is an empty text.
 */
export type SizedTextField = {
  readonly type: 'sizedText';
  readonly bytes: number;
  readonly lengthDigits: number;
};

/** A text of up to `maxBytes`. Throws if the length field is too narrow for `maxBytes`. */
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
    if (end > field.bytes) throw new FieldError('has a length beyond its field');
    if (bytes.subarray(end).some((byte) => byte !== 0x20)) throw new FieldError('has bytes after its length');
    return fromCp949(bytes.subarray(from, end));
  },
};
