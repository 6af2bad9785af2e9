/**
 * An exact decimal number: `(negative ? -1 : 1) * digits * 10^exponent`. `digits` has no leading or trailing zeros and is
 * empty for zero. `scale` is the count of digits that were written after the point.
 */
export type Decimal = { negative: boolean; digits: string; exponent: number; scale: number };

const DECIMAL = /^(-)?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;
/** A longer exponent is not an exact JavaScript number. */
const MAX_POWER_LENGTH = 15;
/** Numbers with a longer exponent are equal only if their texts are equal. */
const MAX_BIG_POWER_LENGTH = 1_000;

/** Whether the text is one JSON number. */
export function isNumber(text: string): boolean {
  return DECIMAL.test(text);
}

/** Reads a JSON number; null for any other text, and for an exponent of more than {@link MAX_POWER_LENGTH} characters. */
export function decimal(text: string): Decimal | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, minus, whole = '', fraction = '', power = '0'] = match;
  const all = stripLeadingZeros(whole + fraction);
  const digits = stripTrailingZeros(all);
  if (digits === '') return { negative: false, digits, exponent: 0, scale: fraction.length };
  if (power.length > MAX_POWER_LENGTH) return null;
  const exponent = Number(power) - fraction.length;
  const scale = Math.max(0, -exponent);
  return { negative: minus !== undefined, digits, exponent: exponent + all.length - digits.length, scale };
}

/**
 * One text for all spellings of a number: `1.0`, `1` and `10e-1` become `1e0`, and `-0` becomes `0`. A text that is not a
 * JSON number is unchanged, so that it never equals another text.
 */
export function normalNumber(text: string): string {
  const number = decimal(text);
  if (number !== null) return normalText(number);
  const match = DECIMAL.exec(text);
  if (match === null) return text;
  const [, minus = '', whole = '', fraction = '', power = '0'] = match;
  if (power.length > MAX_BIG_POWER_LENGTH) return text;
  const all = stripLeadingZeros(whole + fraction);
  const digits = stripTrailingZeros(all);
  return `${minus}${digits}e${BigInt(power.replace('+', '')) + BigInt(all.length - digits.length - fraction.length)}`;
}

function normalText({ digits, negative, exponent }: Decimal): string {
  return digits === '' ? '0' : `${negative ? '-' : ''}${digits}e${exponent}`;
}

/** Integers of at most this many digits, without point and exponent, are their own key. */
const MAX_PLAIN_DIGITS = 15;

/** Like {@link normalNumber} one text for all spellings of a number, but faster for most numbers. */
export function numberKey(text: string): string {
  if (isPlainInteger(text)) return text;
  const number = decimal(text);
  if (number === null) return normalNumber(text);
  const isShort = number.exponent >= 0 && number.digits.length + number.exponent <= MAX_PLAIN_DIGITS;
  return isShort ? plain(number) : normalText(number);
}

/** Whether two JSON numbers have the same value. */
export function isSameNumber(left: string, right: string): boolean {
  if (left === right) return true;
  if (isPlainInteger(left) && isPlainInteger(right)) return false;
  const [a, b] = [decimal(left), decimal(right)];
  return a === null || b === null ? normalNumber(left) === normalNumber(right) : equal(a, b);
}

/** Whether a JSON number has no point, no exponent and at most 15 digits, and is not -0. */
function isPlainInteger(text: string): boolean {
  const start = text.charCodeAt(0) === 0x2d ? 1 : 0;
  if (text.length === start || text.length - start > MAX_PLAIN_DIGITS) return false;
  const first = text.charCodeAt(start);
  if (first === 0x30) return text.length === 1;
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

function stripLeadingZeros(digits: string): string {
  let start = 0;
  while (digits.charCodeAt(start) === 0x30) start += 1;
  return digits.slice(start);
}

/** A loop, because the time of a regular expression for this grows with the square of the count of zeros. */
function stripTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end -= 1;
  return digits.slice(0, end);
}

export function equal(a: Decimal, b: Decimal): boolean {
  return a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;
}

/** Numbers of more digits are compared but not subtracted, because 1e999999999 would need too much memory and time. */
const MAX_DIGITS = 4_000;

/** The numbers as multiples of one power of ten; null if that needs more than {@link MAX_DIGITS} digits. */
export function integers<T extends readonly Decimal[]>(...numbers: T): { [K in keyof T]: bigint } | null {
  const powers = numbers.filter((n) => n.digits !== '').map((n) => n.exponent);
  const exponent = powers.length === 0 ? 0 : Math.min(...powers);
  if (numbers.some((n) => n.digits !== '' && n.digits.length + n.exponent - exponent > MAX_DIGITS))
    return null;
  return numbers.map((n) => {
    if (n.digits === '') return 0n;
    const value = BigInt(n.digits) * 10n ** BigInt(n.exponent - exponent);
    return n.negative ? -value : value;
  }) as { [K in keyof T]: bigint };
}

/** Whether |a - b| <= amount, exactly. False for numbers that are too far apart to subtract. */
export function isWithin(a: Decimal, b: Decimal, amount: Decimal): boolean {
  const bySize = isWithinBySize(a, b, amount);
  if (bySize !== null) return bySize;
  const all = integers(a, b, amount);
  return all !== null && magnitude(all[0] - all[1]) <= all[2];
}

/** Decides by the sizes alone: both numbers are much smaller than the amount, or their distance is much greater. */
function isWithinBySize(a: Decimal, b: Decimal, amount: Decimal): boolean | null {
  const [sizeA, sizeB, most] = [sizeOf(a), sizeOf(b), sizeOf(amount)];
  const greater = Math.max(sizeA, sizeB);
  if (greater <= most - 2) return true;
  const isFar = a.negative !== b.negative || Math.abs(sizeA - sizeB) >= 2;
  return isFar && greater >= most + 2 ? false : null;
}

/** The n with 10^(n-1) <= |number| < 10^n. */
function sizeOf({ digits, exponent }: Decimal): number {
  return digits === '' ? Number.NEGATIVE_INFINITY : digits.length + exponent;
}

export function magnitude(n: bigint): bigint {
  return n < 0n ? -n : n;
}

/** `10^exponent`. */
export function powerOfTen(exponent: number): Decimal {
  return { negative: false, digits: '1', exponent, scale: Math.max(0, -exponent) };
}

/** The number without an exponent: `0.01`, `10`. */
export function plain(n: Decimal): string {
  const sign = n.negative ? '-' : '';
  if (n.exponent >= 0) return `${sign}${n.digits || '0'}${'0'.repeat(n.exponent)}`;
  const digits = n.digits.padStart(1 - n.exponent, '0');
  return `${sign}${digits.slice(0, n.exponent)}.${digits.slice(n.exponent)}`;
}
