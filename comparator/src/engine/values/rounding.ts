import { type Decimal, integers, magnitude } from './decimal.ts';

/** `cut`: towards zero. `up`: away from zero. `half-up`, `half-even`: to the nearest; a tie goes up, or to the even one. */
export type RoundingMode = 'cut' | 'half-up' | 'half-even' | 'up';

const NONE: ReadonlySet<RoundingMode> = new Set();

/** Every mode that rounds `exact` to `rounded` at the unit. 2.3 becomes 2 by `cut`, `half-up` and `half-even`. */
export function modesOf(exact: Decimal, rounded: Decimal, unit: Decimal): ReadonlySet<RoundingMode> {
  const all = integers(exact, rounded, unit);
  if (all === null) return NONE;
  const [from, to, step] = all;
  if (step === 0n || to % step !== 0n || from % step === 0n) return NONE;
  if (to !== 0n && from < 0n !== to < 0n) return NONE;
  const [size, result] = [magnitude(from), magnitude(to)];
  const rest = size % step;
  const isCut = result === size - rest;
  if (!isCut && result !== size - rest + step) return NONE;
  const modes = new Set<RoundingMode>([isCut ? 'cut' : 'up']);
  const isMiddle = rest * 2n === step;
  const isNearest = rest * 2n < step === isCut;
  if (isMiddle ? !isCut : isNearest) modes.add('half-up');
  if (isMiddle ? (result / step) % 2n === 0n : isNearest) modes.add('half-even');
  return modes;
}
