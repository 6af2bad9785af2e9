import { type Json, JsonNumber } from '../parse/json.ts';
import { isNumber, normalNumber } from '../values/decimal.ts';
import { isEqual } from '../values/equal.ts';
import { instantOf } from '../values/instant.ts';

/**
 * What makes two values of a field mean the same: normalisers by name, applied to both values in their order, or
 * classes of values (`[['ACTIVE', 'A'], ['CLOSED', 'C']]`): two values of one class are equivalent.
 */
export type Equivalence =
  | { normalise: readonly NormaliserName[] }
  | { classes: readonly (readonly Json[])[] };

/** Each turns a value into the one that stands for all that mean the same; a value it does not know stays as it is. */
const NORMALISERS = {
  /** Unicode in composed form: 가 of two code points is 가. */
  nfc: onText((text) => text.normalize('NFC')),
  /** Also full-width forms and ligatures: １２３ is 123. */
  nfkc: onText((text) => text.normalize('NFKC')),
  'lower-case': onText((text) => text.toLowerCase()),
  trim: onText((text) => text.trim()),
  /** White space inside a text is one blank, outside it is none. */
  spaces: onText((text) => text.trim().replaceAll(/\s+/gu, ' ')),
  /** Digits and their sign: 123-456 is 123456, -5 is not 5. A text without a digit is itself. */
  digits: onText(digitsOf),
  /**
   * A number, however spelled, as JSON number or as text: "1.0" is 1, and "007" is 7 because numbers were asked for. A
   * text of which only a part is a number (1,000 or a date) is itself.
   */
  number: (value: Json): Json => {
    const text = value instanceof JsonNumber ? value.text : value;
    if (typeof text !== 'string') return value;
    const number = text.replace(LEADING_ZEROS, '$1');
    return isNumber(number) ? new JsonNumber(normalNumber(number)) : value;
  },
  /** An instant in whatever zone it is written. */
  instant: onText((text) => {
    const instant = instantOf(text);
    if (instant === null) return text;
    const { digits, exponent, negative } = instant.seconds;
    return `${instant.form} ${negative ? '-' : ''}${digits}e${exponent}`;
  }),
  /** "true", "Y" and 1 are true; "false", "N" and 0 are false. */
  boolean: (value: Json): Json => {
    const text = value instanceof JsonNumber ? value.text : value;
    if (typeof text !== 'string') return value;
    return BOOLEANS.get(text.toLowerCase()) ?? value;
  },
  /** A field that is null is as good as a field that is not there. */
  'null-absent': (value: Json): Json => value,
} satisfies Record<string, (value: Json) => Json>;

export type NormaliserName = keyof typeof NORMALISERS;
export const NORMALISER_NAMES = Object.keys(NORMALISERS) as NormaliserName[];

const BOOLEANS = new Map<string, boolean>([
  ...['true', 'y', 'yes', '1'].map((text) => [text, true] as const),
  ...['false', 'n', 'no', '0'].map((text) => [text, false] as const),
]);

/** Zeros before another digit, behind a sign. */
const LEADING_ZEROS = /^(-?)0+(?=\d)/;
/** A minus (or what Unicode has for one) before the first digit or behind the last, a blank or a currency sign apart. */
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

/** Whether two values, or a value and none (undefined), mean the same. */
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
