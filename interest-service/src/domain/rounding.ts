import type { Fraction } from './decimal.ts';

/** How interest is rounded, once, at payment: an attribute of the product. */
export type RoundingMode = 'floor' | 'half-up' | 'half-even';

/** `scale`: decimals of the smallest unit that is paid; won has none. */
export type Rounding = { scale: number; mode: RoundingMode };

/**
 * Interest at payment, in units of 10^-scale. Won: below one won is cut (product text of the bank: 원 미만 절사).
 * 109.589 -> 109; half-up 110; 110.5 half-even -> 110, 111.5 -> 112; scale 2: 109.589 -> 10958.
 */
export function roundInterest(exact: Fraction, { scale, mode }: Rounding): bigint {
  return ROUNDINGS[mode](exact.numerator * 10n ** BigInt(scale), exact.denominator);
}

/**
 * Amounts the treasury receives are cut below ten won (국고금 관리법 47조 1항).
 * 15.34 -> 10; 386 -> 380; 9.99 -> 0.
 */
export function cutTax(exact: Fraction, cutBelow: bigint): bigint {
  return (exact.numerator / (exact.denominator * cutBelow)) * cutBelow;
}

type Rule = (numerator: bigint, denominator: bigint) => bigint;

/** All amounts here are zero or positive, so BigInt division is the floor. */
const ROUNDINGS = {
  floor: (n, d) => n / d,
  'half-up': (n, d) => (2n * n + d) / (2n * d),
  'half-even': (n, d) => {
    const down = n / d;
    const twiceRest = 2n * (n % d);
    if (twiceRest === d) return down % 2n === 0n ? down : down + 1n;
    return twiceRest > d ? down + 1n : down;
  },
} as const satisfies Record<RoundingMode, Rule>;
