import { FieldError } from '../codec-errors.ts';

/** `HHMMSSmmm` in a telegram, `HH:MM:SS.mmm` outside; Korean time. */
export type TimeField = { readonly type: 'time'; readonly bytes: 9 };

export function time(): TimeField {
  return { type: 'time', bytes: 9 };
}

const OUTSIDE = /^([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])\.([0-9]{3})$/;
const INSIDE = /^([01][0-9]|2[0-3])([0-5][0-9])([0-5][0-9])([0-9]{3})$/;

export const timeCodec = {
  encode(_field: TimeField, value: string): Buffer {
    const found = OUTSIDE.exec(value);
    if (found === null) throw new FieldError('is not a time of day');
    return Buffer.from(found.slice(1).join(''), 'latin1');
  },
  decode(_field: TimeField, bytes: Buffer): string {
    const found = INSIDE.exec(bytes.toString('latin1'));
    if (found === null) throw new FieldError('is not a time of day');
    return `${found[1]}:${found[2]}:${found[3]}.${found[4]}`;
  },
};
