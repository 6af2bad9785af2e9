import { FieldError } from '../codec-errors.ts';

/**
 * A code of capital letters and digits that fills its field. With `values` only those codes are valid. Without `values` the
 * codec accepts any code, and the reader of the telegram decides about an unknown code.
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
    throw new FieldError(`is not a code of ${bytes} characters`);
  if (values !== null && !values.includes(value)) {
    throw new FieldError(`${value} is not one of ${values.join(' ')}`);
  }
}
