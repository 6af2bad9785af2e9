/**
 * An exact decimal: `(negative ? -1 : 1) * digits * 10^exponent`, digits without leading or trailing zeros, zero is
 * the empty text. `scale` is how many digits were written after the point.
 */
export type Decimal = { negative: boolean; digits: string; exponent: number; scale: number };

const DECIMAL = /^(-)?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;
/** Longer powers of ten are no exact JavaScript numbers any more. */
const MAX_POWER_LENGTH = 15;
/** No number needs a power of ten of more digits than this; beyond, only equal texts are equal. */
const MAX_BIG_POWER_LENGTH = 1_000;

/** Whether the whole text is one JSON number. */
export function isNumber(text: string): boolean {
  return DECIMAL.test(text);
}

/** Reads a JSON number, or null for a text that is none (or has a power of ten of sixteen characters and more). */
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
 * One text for all spellings of a number: `1.0`, `1` and `10e-1` are `1e0`, `-0` is `0`. A text that is no JSON number
 * stays as it is: it must never stand for another one.
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

/** Integers up to this many digits, written plainly, are their own key. */
const MAX_PLAIN_DIGITS = 15;

/** A text that is the same for all spellings of a number, as {@link normalNumber} is, and found at once for most. */
export function numberKey(text: string): string {
  if (isPlainInteger(text)) return text;
  const number = decimal(text);
  if (number === null) return normalNumber(text);
  const isShort = number.exponent >= 0 && number.digits.length + number.exponent <= MAX_PLAIN_DIGITS;
  return isShort ? plain(number) : normalText(number);
}

/** Whether two JSON numbers are one, however they are spelled. */
export function isSameNumber(left: string, right: string): boolean {
  if (left === right) return true;
  if (isPlainInteger(left) && isPlainInteger(right)) return false;
  const [a, b] = [decimal(left), decimal(right)];
  return a === null || b === null ? normalNumber(left) === normalNumber(right) : equal(a, b);
}

/** Of a JSON number: neither a point nor a power nor more than 15 digits, and not -0. */
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

/** By hand: the regular expression for it takes a time that grows with the square of the zeros. */
function stripTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end -= 1;
  return digits.slice(0, end);
}

export function equal(a: Decimal, b: Decimal): boolean {
  return a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;
}

/** Beyond this many digits numbers are only told apart, not subtracted: 1e999999999 must not fill the memory, nor the time. */
const MAX_DIGITS = 4_000;

/** The numbers as integers over one power of ten, or null when that would take too many digits. */
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

/** Whether |a - b| <= amount, exactly. Numbers too far apart to subtract are not. */
export function isWithin(a: Decimal, b: Decimal, amount: Decimal): boolean {
  const bySize = isWithinBySize(a, b, amount);
  if (bySize !== null) return bySize;
  const all = integers(a, b, amount);
  return all !== null && magnitude(all[0] - all[1]) <= all[2];
}

/** What the places before the point alone tell: numbers of much smaller size than the amount, or one much greater. */
function isWithinBySize(a: Decimal, b: Decimal, amount: Decimal): boolean | null {
  const [sizeA, sizeB, most] = [sizeOf(a), sizeOf(b), sizeOf(amount)];
  const greater = Math.max(sizeA, sizeB);
  if (greater <= most - 2) return true;
  const isFar = a.negative !== b.negative || Math.abs(sizeA - sizeB) >= 2;
  return isFar && greater >= most + 2 ? false : null;
}

/** The n for which 10^(n-1) <= |number| < 10^n. */
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

/** Without an exponent: `0.01`, `10`. */
export function plain(n: Decimal): string {
  const sign = n.negative ? '-' : '';
  if (n.exponent >= 0) return `${sign}${n.digits || '0'}${'0'.repeat(n.exponent)}`;
  const digits = n.digits.padStart(1 - n.exponent, '0');
  return `${sign}${digits.slice(0, n.exponent)}.${digits.slice(n.exponent)}`;
}
