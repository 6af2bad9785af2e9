import type { Fraction } from './decimal.ts';

/** Product attribute: how interest becomes won, once, at payment. */
export type RoundingMode = 'floor' | 'half-up' | 'half-even';

/**
 * Interest below one won is cut at payment (product text of the bank: 원 미만 절사).
 * 109.589 -> 109; with half-up 110.
 */
export function roundInterestToWon(exact: Fraction, mode: RoundingMode): bigint {
  return ROUNDINGS[mode](exact.numerator, exact.denominator);
}

/**
 * Amounts the treasury receives are cut below ten won (국고금 관리법 47조 1항).
 * 15.34 -> 10; 386 -> 380; 9.99 -> 0.
 */
export function cutTax(exact: Fraction, cutBelow: bigint): bigint {
  return (exact.numerator / (exact.denominator * cutBelow)) * cutBelow;
}

type Rounding = (numerator: bigint, denominator: bigint) => bigint;

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
} as const satisfies Record<RoundingMode, Rounding>;
