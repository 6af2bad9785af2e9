import { FieldError } from '../codec-errors.ts';

/** `YYYYMMDD` in a telegram, `YYYY-MM-DD` outside; a date that exists. */
export type DateField = { readonly type: 'date'; readonly bytes: 8 };
/** A date, or eight zeros for no date. */
export type DateOrNoneField = { readonly type: 'dateOrNone'; readonly bytes: 8 };

export function date(): DateField {
  return { type: 'date', bytes: 8 };
}

export function dateOrNone(): DateOrNoneField {
  return { type: 'dateOrNone', bytes: 8 };
}

const NONE = '00000000';
const ISO = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const YMD = /^([0-9]{4})([0-9]{2})([0-9]{2})$/;

export const dateCodec = {
  encode(_field: DateField, value: string): Buffer {
    if (!ISO.test(value) || !exists(value)) throw new FieldError('is not a calendar date');
    return Buffer.from(value.replaceAll('-', ''), 'latin1');
  },
  decode(_field: DateField, bytes: Buffer): string {
    const value = bytes.toString('latin1').replace(YMD, '$1-$2-$3');
    if (!ISO.test(value) || !exists(value)) throw new FieldError('is not a calendar date');
    return value;
  },
};

export const dateOrNoneCodec = {
  encode: (_field: DateOrNoneField, value: string | null): Buffer =>
    value === null ? Buffer.from(NONE, 'latin1') : dateCodec.encode(date(), value),
  decode: (_field: DateOrNoneField, bytes: Buffer): string | null =>
    bytes.toString('latin1') === NONE ? null : dateCodec.decode(date(), bytes),
};

function exists(isoDate: string): boolean {
  const at = Date.parse(`${isoDate}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(isoDate);
}
