import type { AmountField } from './fields/amount.ts';
import type { CodeField } from './fields/code.ts';
import type { DateField, DateOrNoneField } from './fields/date.ts';
import { mustHold } from './fields/digits.ts';
import type { NumField } from './fields/num.ts';
import type { SizedTextField } from './fields/sized-text.ts';
import type { TextField } from './fields/text.ts';
import type { TimeField } from './fields/time.ts';

/** A layout is data: the fields in the order of their bytes. Every length is in bytes and fixed. */
export interface Layout {
  readonly [name: string]: Field;
}

/** A count, then a fixed number of records. Unused records are spaces. */
export interface GroupField<L extends Layout = Layout> {
  readonly type: 'group';
  readonly bytes: number;
  /** Width of the count. */
  readonly countDigits: number;
  readonly max: number;
  readonly record: L;
}

export type Field =
  | NumField
  | AmountField
  | TextField
  | SizedTextField
  | DateField
  | DateOrNoneField
  | TimeField
  | CodeField
  | GroupField;

/** Up to `max` records. Throws if the count is too narrow for `max`. */
export function group<const L extends Layout>(
  max: number,
  record: L,
  { countDigits = 2 } = {},
): GroupField<L> {
  mustHold(countDigits, max);
  return { type: 'group', bytes: countDigits + max * sizeOf(record), countDigits, max, record };
}

/** Bytes of a record of this layout. */
export function sizeOf(layout: Layout): number {
  return Object.values(layout).reduce((bytes, field) => bytes + field.bytes, 0);
}

/** The type of a field's value outside of telegrams. */
type ValueOf<F> = F extends NumField | AmountField
  ? bigint
  : F extends CodeField<infer C>
    ? C
    : F extends DateOrNoneField
      ? string | null
      : F extends TextField | SizedTextField | DateField | TimeField
        ? string
        : F extends GroupField<infer L>
          ? Values<L>[]
          : never;

export type Values<L extends Layout> = { -readonly [Name in keyof L]: ValueOf<L[Name]> };
