import { type Fraction, formatFraction } from '@core-exit/interest-service/domain';

const DECIMAL = /^([0-9]+)(?:\.([0-9]+))?(?:[eE](-?[0-9]{1,2}))?$/;

/** Reads a decimal text exactly, also one with an exponent, and a fraction `"p/q"`. */
export function exact(text: string): Fraction {
  const [top = '', bottom] = text.split('/');
  if (bottom !== undefined) return { numerator: BigInt(top), denominator: BigInt(bottom) };
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`not a decimal: ${text}`);
  const decimals = match[2] ?? '';
  const shift = Number(match[3] ?? 0) - decimals.length;
  const digits = BigInt(`${match[1]}${decimals}`);
  return shift >= 0
    ? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-shift) };
}

export const inLowestTerms = (fraction: Fraction): boolean =>
  formatFraction(fraction) === `${fraction.numerator}/${fraction.denominator}`;

/** Whether two exact values are no further apart than the tolerance. */
export function within(a: Fraction, b: Fraction, tolerance: Fraction): boolean {
  const apart = a.numerator * b.denominator - b.numerator * a.denominator;
  const distance = apart < 0n ? -apart : apart;
  return distance * tolerance.denominator <= tolerance.numerator * a.denominator * b.denominator;
}

/** Number of decimals of a text: `"12.50"` has two. */
export const decimalsOf = (money: string): number => money.split('.')[1]?.length ?? 0;

/** Money in units of 10^-decimals: `"12.5"` at two decimals is 1250. The text must not have more decimals. */
export function unitsOf(money: string, decimals: number): bigint {
  const [whole = '', fraction = ''] = money.split('.');
  return BigInt(`${whole}${fraction.padEnd(decimals, '0')}`);
}

/** The inverse of {@link unitsOf}: 1250 at two decimals is `"12.50"`. */
export function moneyOf(units: bigint, decimals: number): string {
  if (decimals === 0) return String(units);
  const digits = String(units).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
