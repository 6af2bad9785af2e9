import { cutToBytes, fromCp949, toCp949 } from '../charset.ts';
import { FieldError } from '../codec-errors.ts';

/** `X(n)`: CP949 text, left-aligned and filled with spaces. A longer text is cut at a character if `cut` is set, and refused otherwise. */
export type TextField = { readonly type: 'text'; readonly bytes: number; readonly cut: boolean };

export function text(bytes: number, { cut = false } = {}): TextField {
  return { type: 'text', bytes, cut };
}

export const textCodec = {
  encode(field: TextField, value: string): Buffer {
    if (value.endsWith(' ')) throw new FieldError('ends in a space, which the padding would hide');
    const bytes = field.cut ? cutToBytes(value, field.bytes) : toCp949(value);
    return spaceFilled(bytes, field.bytes);
  },
  decode: (_field: TextField, bytes: Buffer): string => fromCp949(bytes).replace(/ +$/, ''),
};

export function spaceFilled(bytes: Buffer, width: number): Buffer {
  if (bytes.length > width) throw new FieldError(`has ${bytes.length} bytes, the field holds ${width}`);
  const filled = Buffer.alloc(width, ' ');
  bytes.copy(filled);
  return filled;
}
