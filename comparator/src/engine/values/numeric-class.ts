import { type Decimal, integers, magnitude, plain, powerOfTen } from './decimal.ts';
import { modesOf, type RoundingMode } from './rounding.ts';

/**
 * The kind of error that turns one number into the other. The class is part of a signature, so all examples of one
 * defect must have the same class. Therefore the unit of the field, if it has one, decides first.
 *
 * - `sign`: the same amount with the other sign.
 * - `scale`: shifted by a power of ten.
 * - `off-by-one`: the numbers differ by 1.
 * - `last-place`: the numbers differ by one unit of the last written decimal place.
 * - `cut-at-N`, `half-up-at-N`, `up-at-N`: one number is the other one, rounded at the unit N of the field or at the
 *   decimal place that it was written to. `half-even-at-N` needs several amounts (`withCommonRounding`).
 * - `other`: none of these.
 */
export type NumericClass =
  | 'sign'
  | 'scale'
  | 'off-by-one'
  | 'last-place'
  | `${RoundingMode}-at-${string}`
  | 'other';

export function isRounding(name: string): boolean {
  return /^(cut|half-up|up)-at-/.test(name);
}

/** Classifies two unequal numbers. `unit`: every correct value of the field is a multiple of it, such as 0.05. */
export function numericClass(left: Decimal, right: Decimal, unit: Decimal | null = null): NumericClass {
  if (unit !== null) {
    const mode = roundingAt(left, right, unit) ?? roundingAt(right, left, unit);
    if (mode !== null) return `${mode}-at-${plain(unit)}`;
  }
  if (left.digits === right.digits && left.digits !== '') {
    if (left.exponent === right.exponent) return 'sign';
    if (left.negative === right.negative) return 'scale';
  }
  if (isApartBy(left, right, powerOfTen(0))) return 'off-by-one';
  if (left.scale > 0 && left.scale === right.scale && isApartBy(left, right, powerOfTen(-left.scale))) {
    return 'last-place';
  }
  return roundingOf(left, right) ?? roundingOf(right, left) ?? 'other';
}

function isApartBy(a: Decimal, b: Decimal, amount: Decimal): boolean {
  const all = integers(a, b, amount);
  return all !== null && magnitude(all[0] - all[1]) === all[2];
}

/**
 * The rounding that turns `exact` into `rounded` at the decimal place that `rounded` was written to: 1.00 was rounded to
 * hundredths, 109 to ones. Whether 380 was rounded to tens is unknown without a unit, because one amount in ten ends in
 * zero anyway.
 */
function roundingOf(exact: Decimal, rounded: Decimal): NumericClass | null {
  const exponent = -rounded.scale;
  if (exact.scale <= rounded.scale) return null;
  const unit = powerOfTen(exponent);
  const mode = roundingAt(exact, rounded, unit);
  return mode === null ? null : `${mode}-at-${plain(unit)}`;
}

/** The mode that rounds `exact` to `rounded` at the unit, or null. The first mode of the list wins. */
function roundingAt(exact: Decimal, rounded: Decimal, unit: Decimal): RoundingMode | null {
  const modes = modesOf(exact, rounded, unit);
  return (['cut', 'half-up', 'up'] as const).find((mode) => modes.has(mode)) ?? null;
}
