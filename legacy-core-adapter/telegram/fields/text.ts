import { cutToBytes, fromCp949, toCp949 } from '../charset.ts';
import { FieldFault } from '../faults.ts';

/** `X(n)`: CP949 text, left-aligned and space-filled. `cut`: a longer text is cut on a character border, else refused. */
export type TextField = { readonly type: 'text'; readonly bytes: number; readonly cut: boolean };

export function text(bytes: number, { cut = false } = {}): TextField {
  return { type: 'text', bytes, cut };
}

export const textCodec = {
  encode(field: TextField, value: string): Buffer {
    if (value.endsWith(' ')) throw new FieldFault('ends in a space, which would be lost in the filling');
    const bytes = field.cut ? cutToBytes(value, field.bytes) : toCp949(value);
    return spaceFilled(bytes, field.bytes);
  },
  decode: (_field: TextField, bytes: Buffer): string => fromCp949(bytes).replace(/ +$/, ''),
};

export function spaceFilled(bytes: Buffer, width: number): Buffer {
  if (bytes.length > width) throw new FieldFault(`has ${bytes.length} bytes, the field holds ${width}`);
  const filled = Buffer.alloc(width, ' ');
  bytes.copy(filled);
  return filled;
}
