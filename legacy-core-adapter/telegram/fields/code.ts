import { FieldFault } from '../faults.ts';

/**
 * A code of capital letters and digits that fills its field. With `values` only those are codes; without, any is
 * passed on, and who reads the telegram says what an unknown one means.
 */
export type CodeField<C extends string = string> = {
  readonly type: 'code';
  readonly bytes: number;
  readonly values: readonly C[] | null;
};

export function code(bytes: number): CodeField {
  return { type: 'code', bytes, values: null };
}

export function oneOf<const C extends string>(...values: [C, ...C[]]): CodeField<C> {
  return { type: 'code', bytes: values[0].length, values };
}

const CODE = /^[A-Z0-9]+$/;

export const codeCodec = {
  encode(field: CodeField, value: string): Buffer {
    check(field, value);
    return Buffer.from(value, 'latin1');
  },
  decode(field: CodeField, bytes: Buffer): string {
    const value = bytes.toString('latin1');
    check(field, value);
    return value;
  },
};

function check({ bytes, values }: CodeField, value: string): void {
  if (!CODE.test(value) || value.length !== bytes)
    throw new FieldFault(`is not a code of ${bytes} characters`);
  if (values !== null && !values.includes(value)) {
    throw new FieldFault(`${value} is not one of ${values.join(' ')}`);
  }
}
