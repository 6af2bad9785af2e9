/**
 * An exact decimal: `(negative ? -1 : 1) * digits * 10^exponent`, digits without leading or trailing zeros, zero is
 * the empty text. `scale` is how many digits were written after the point.
 */
export type Decimal = { negative: boolean; digits: string; exponent: number; scale: number };

const DECIMAL = /^(-)?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,9}))?$/;

/** Reads a JSON number, or null for a text that is none (or has an exponent of ten digits and more). */
export function decimal(text: string): Decimal | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, minus, whole = '', fraction = '', power = '0'] = match;
  const exponent = Number(power) - fraction.length;
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  const scale = Math.max(0, -exponent);
  if (digits === '') return { negative: false, digits, exponent: 0, scale };
  return { negative: minus !== undefined, digits, exponent: exponent + all.length - digits.length, scale };
}

export function equal(a: Decimal, b: Decimal): boolean {
  return a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;
}

/** Beyond this many digits numbers are only told apart, not subtracted: 1e999999999 must not fill the memory. */
const MAX_DIGITS = 80;

/** The numbers as integers over one power of ten, or null when that would take too many digits. */
export function integers<T extends readonly Decimal[]>(...numbers: T): { [K in keyof T]: bigint } | null {
  const exponent = Math.min(...numbers.map((n) => n.exponent));
  if (numbers.some((n) => n.digits.length + n.exponent - exponent > MAX_DIGITS)) return null;
  return numbers.map((n) => {
    const value = BigInt(n.digits || '0') * 10n ** BigInt(n.exponent - exponent);
    return n.negative ? -value : value;
  }) as { [K in keyof T]: bigint };
}

/** Whether |a - b| <= amount, exactly. Numbers too far apart to subtract are not. */
export function isWithin(a: Decimal, b: Decimal, amount: Decimal): boolean {
  const all = integers(a, b, amount);
  return all !== null && magnitude(all[0] - all[1]) <= all[2];
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
