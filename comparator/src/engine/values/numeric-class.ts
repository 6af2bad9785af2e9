import { type Decimal, integers, magnitude, plain, powerOfTen } from './decimal.ts';
import { modesOf, type RoundingMode } from './rounding.ts';

/**
 * What kind of error makes one number out of the other. The class is part of a signature, so it must not change from
 * one example of a defect to the next: where the field has a unit, the unit decides.
 *
 * `sign`: the same amount, other sign · `scale`: shifted by a power of ten · `off-by-one`: one whole unit apart ·
 * `last-place`: one unit of the last written decimal place apart · `cut-at-N`, `half-up-at-N`, `up-at-N`: one is the
 * other, rounded at the field's unit N, or at the decimal place it was written to · `other`. `half-even-at-N` takes
 * several amounts to see (`withCommonMode`).
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

/** Classifies two unequal numbers. `unit`: every right value of this field is a multiple of it (tax is cut below 10 won). */
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
 * The rounding that makes `rounded` of `exact`, at the place `rounded` was written to: 1.00 to the hundredths, 109 to
 * the ones. That 380 is rounded to the tens cannot be seen: one amount in ten ends in zero anyway, so it takes a unit.
 */
function roundingOf(exact: Decimal, rounded: Decimal): NumericClass | null {
  const place = -rounded.scale;
  if (exact.scale <= rounded.scale) return null;
  const unit = powerOfTen(place);
  const mode = roundingAt(exact, rounded, unit);
  return mode === null ? null : `${mode}-at-${plain(unit)}`;
}

/** The mode by which `exact` becomes `rounded` at the unit, or null: of several the one that is named first. */
function roundingAt(exact: Decimal, rounded: Decimal, unit: Decimal): RoundingMode | null {
  const modes = modesOf(exact, rounded, unit);
  return (['cut', 'half-up', 'up'] as const).find((mode) => modes.has(mode)) ?? null;
}
