import { FieldError } from '../codec-errors.ts';
import { fromDigits, toDigits } from './digits.ts';

/** Won: a sign byte, then digits. The widest number of the legacy core's language has 18 digits. */
export type AmountField = { readonly type: 'amount'; readonly bytes: number };

const AMOUNT_DIGITS = 18;

export function amount(digits: number = AMOUNT_DIGITS): AmountField {
  return { type: 'amount', bytes: 1 + digits };
}

export const amountCodec = {
  encode(field: AmountField, value: bigint): Buffer {
    const sign = value < 0n ? '-' : '+';
    return Buffer.from(sign + toDigits(value < 0n ? -value : value, field.bytes - 1), 'latin1');
  },
  decode(_field: AmountField, bytes: Buffer): bigint {
    const text = bytes.toString('latin1');
    const magnitude = fromDigits(text.slice(1));
    if (text[0] === '+') return magnitude;
    if (text[0] === '-' && magnitude > 0n) return -magnitude;
    throw new FieldError('has no valid sign');
  },
};
