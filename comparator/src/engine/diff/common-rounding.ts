import { type Decimal, decimal } from '../values/decimal.ts';
import { modesOf, type RoundingMode } from '../values/rounding.ts';
import type { Difference } from './difference.ts';
import { numberIn } from './scalars.ts';

/**
 * Recognises rounding half to even, which one amount alone does not show. That 2.5 became 2 may be cutting, and that 3.5
 * became 4 may be rounding half up; but only rounding half to even explains both. So all roundings of one field are
 * examined together. Roundings that a more usual mode explains keep their class.
 */
export function withCommonRounding(found: Difference[]): Difference[] {
  if (!found.some(({ kind }) => kind === 'rounding')) return found;
  const groups = new Map<string, Difference[]>();
  for (const one of found) {
    if (one.kind !== 'rounding') continue;
    const name = `${one.generalPath} ${unitIn(one)}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  const isHalfEven = new Set([...groups.values()].filter(areOnlyHalfEven).flat());
  return found.map((one) => (isHalfEven.has(one) ? { ...one, class: `half-even-at-${unitIn(one)}` } : one));
}

function areOnlyHalfEven(group: readonly Difference[]): boolean {
  const [first, ...others] = group.map(modesOfDifference);
  if (first === undefined) return false;
  const common = [...first].filter((mode) => others.every((modes) => modes.has(mode)));
  return common.length === 1 && common[0] === 'half-even';
}

function modesOfDifference(difference: Difference): ReadonlySet<RoundingMode> {
  const unit = decimal(unitIn(difference));
  const [left, right] = [numberOf(difference.left), numberOf(difference.right)];
  if (unit === null || left === null || right === null) return new Set();
  const modes = modesOf(left, right, unit);
  return modes.size > 0 ? modes : modesOf(right, left, unit);
}

function numberOf(value: Difference['left']): Decimal | null {
  return value === undefined ? null : numberIn(value);
}

function unitIn({ class: name }: Difference): string {
  return name.slice(name.lastIndexOf('-at-') + '-at-'.length);
}
