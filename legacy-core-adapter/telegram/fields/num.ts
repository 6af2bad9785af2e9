import { fromDigits, toDigits } from './digits.ts';

/** `9(n)`: an unsigned whole number of `bytes` ASCII digits. */
export type NumField = { readonly type: 'num'; readonly bytes: number };

export function num(bytes: number): NumField {
  return { type: 'num', bytes };
}

export const numCodec = {
  encode: (field: NumField, value: bigint): Buffer => Buffer.from(toDigits(value, field.bytes), 'latin1'),
  decode: (_field: NumField, bytes: Buffer): bigint => fromDigits(bytes.toString('latin1')),
};
