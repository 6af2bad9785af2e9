import { type Json, JsonNumber } from '../parse/json.ts';
import { isNumber, normalNumber } from '../values/decimal.ts';
import { isEqual } from '../values/equal.ts';
import { instantOf } from '../values/instant.ts';

/**
 * When two values of a field mean the same. `normalise`: names of normalisers, which are applied to both values in this
 * order. `classes`: classes of values, such as `[['ACTIVE', 'A'], ['CLOSED', 'C']]`; two values of one class are
 * equivalent.
 */
export type Equivalence =
  | { normalise: readonly NormaliserName[] }
  | { classes: readonly (readonly Json[])[] };

/** Each normaliser maps all values of one meaning to one value. A value that the normaliser does not know is unchanged. */
const NORMALISERS = {
  /** Unicode in composed form: é of two code points becomes é of one. */
  nfc: onText((text) => text.normalize('NFC')),
  /** Composed form, and compatible characters as well: full-width １２３ becomes 123. */
  nfkc: onText((text) => text.normalize('NFKC')),
  'lower-case': onText((text) => text.toLowerCase()),
  trim: onText((text) => text.trim()),
  /** White space inside a text becomes one blank; white space at both ends is removed. */
  spaces: onText((text) => text.trim().replaceAll(/\s+/gu, ' ')),
  /** Digits and their sign: 123-456 becomes 123456, and -5 is not 5. A text without digits is unchanged. */
  digits: onText(digitsOf),
  /**
   * The value of a number, which may be a JSON number or a text: "1.0" becomes 1, and "007" becomes 7. A text that is a
   * number only in part (1,000 or a date) is unchanged.
   */
  number: (value: Json): Json => {
    const text = value instanceof JsonNumber ? value.text : value;
    if (typeof text !== 'string') return value;
    const number = text.replace(LEADING_ZEROS, '$1');
    return isNumber(number) ? new JsonNumber(normalNumber(number)) : value;
  },
  /** The instant of a date and time, in any time zone. */
  instant: onText((text) => {
    const instant = instantOf(text);
    if (instant === null) return text;
    const { digits, exponent, negative } = instant.seconds;
    return `${instant.form} ${negative ? '-' : ''}${digits}e${exponent}`;
  }),
  /** "true", "Y", "yes" and 1 become true; "false", "N", "no" and 0 become false. */
  boolean: (value: Json): Json => {
    const text = value instanceof JsonNumber ? value.text : value;
    if (typeof text !== 'string') return value;
    return BOOLEANS.get(text.toLowerCase()) ?? value;
  },
  /** A field with the value null means the same as a missing field. */
  'null-absent': (value: Json): Json => value,
} satisfies Record<string, (value: Json) => Json>;

export type NormaliserName = keyof typeof NORMALISERS;
export const NORMALISER_NAMES = Object.keys(NORMALISERS) as NormaliserName[];

const BOOLEANS = new Map<string, boolean>([
  ...['true', 'y', 'yes', '1'].map((text) => [text, true] as const),
  ...['false', 'n', 'no', '0'].map((text) => [text, false] as const),
]);

/** Leading zeros of a number, after its sign. */
const LEADING_ZEROS = /^(-?)0+(?=\d)/;
/** A minus sign of Unicode before the first digit or after the last one; blanks or a currency sign may stand between. */
const SIGN = /^[\s\p{Sc}]*[-\u2212\uff0d][\s\p{Sc}]*\d|\d\s*[-\u2212\uff0d]\s*$/u;

function digitsOf(text: string): string {
  const digits = text.replaceAll(/\D/g, '');
  if (digits === '') return text;
  return SIGN.test(text) ? `-${digits}` : digits;
}

function onText(change: (text: string) => string): (value: Json) => Json {
  return (value) => (typeof value === 'string' ? change(value) : value);
}

export function isNormaliser(name: unknown): name is NormaliserName {
  return typeof name === 'string' && Object.hasOwn(NORMALISERS, name);
}

/** Whether two values mean the same; undefined stands for a missing field. */
export function areEquivalent(
  equivalence: Equivalence,
  left: Json | undefined,
  right: Json | undefined,
): boolean {
  if (left === undefined || right === undefined) {
    const isNullAbsent = 'normalise' in equivalence && equivalence.normalise.includes('null-absent');
    return isNullAbsent && (left ?? null) === null && (right ?? null) === null;
  }
  if ('classes' in equivalence) {
    const isIn = (one: readonly Json[], value: Json) => one.some((member) => isEqual(member, value));
    return equivalence.classes.some((one) => isIn(one, left) && isIn(one, right));
  }
  const normal = (value: Json) => equivalence.normalise.reduce((v, name) => NORMALISERS[name](v), value);
  return isEqual(normal(left), normal(right));
}
