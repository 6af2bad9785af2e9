import { FieldError } from '../codec-errors.ts';

const DIGITS = /^[0-9]+$/;

/** An unsigned whole number, right-aligned and zero-filled to `bytes` digits. */
export function toDigits(value: bigint, bytes: number): string {
  const digits = value.toString();
  if (value < 0n) throw new FieldError('is negative');
  if (digits.length > bytes) throw new FieldError(`has ${digits.length} digits, the field holds ${bytes}`);
  return digits.padStart(bytes, '0');
}

/** Throws if so many digits do not hold the number `most`. */
export function mustHold(digits: number, most: number): void {
  if (String(most).length > digits) throw new RangeError(`${digits} digits do not hold ${most}`);
}

/** Reads ASCII digits only: no sign, no space, no full-width digit. */
export function fromDigits(text: string): bigint {
  if (!DIGITS.test(text)) throw new FieldError('is not all digits');
  return BigInt(text);
}
