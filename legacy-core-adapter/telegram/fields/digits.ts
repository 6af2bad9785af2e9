import { FieldFault } from '../faults.ts';

const DIGITS = /^[0-9]+$/;

/** An unsigned whole number, right-aligned and zero-filled to `bytes` digits. */
export function toDigits(value: bigint, bytes: number): string {
  const digits = value.toString();
  if (value < 0n) throw new FieldFault('is negative');
  if (digits.length > bytes) throw new FieldFault(`has ${digits.length} digits, the field holds ${bytes}`);
  return digits.padStart(bytes, '0');
}

/** Throws unless so many digits hold the number: a layout that cannot say what it allows is no layout. */
export function mustHold(digits: number, most: number): void {
  if (String(most).length > digits) throw new RangeError(`${digits} digits do not hold ${most}`);
}

/** Exactly ASCII digits: no sign, no space, no full-width digit. */
export function fromDigits(text: string): bigint {
  if (!DIGITS.test(text)) throw new FieldFault('is not all digits');
  return BigInt(text);
}
