/** An exact fraction. The denominator is positive. */
export type Fraction = { numerator: bigint; denominator: bigint };

const PLAIN_DECIMAL = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/** Reads a plain non-negative decimal such as a rate (`"0.0235"`), exactly. */
export function parseDecimal(text: string): Fraction {
  const match = PLAIN_DECIMAL.exec(text);
  if (!match) throw new RangeError(`not a plain decimal: ${JSON.stringify(text)}`);
  const fraction = match[2] ?? '';
  return { numerator: BigInt(`${match[1]}${fraction}`), denominator: 10n ** BigInt(fraction.length) };
}

/** In lowest terms, `"11317/66795"`, as an explanation shows it. */
export function formatFraction({ numerator, denominator }: Fraction): string {
  const divisor = greatestCommonDivisor(numerator, denominator);
  return `${numerator / divisor}/${denominator / divisor}`;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? (a < 0n ? -a : a) : greatestCommonDivisor(b, a % b);
}
