import { type Decimal, decimal } from '../values/decimal.ts';
import { modesOf, type RoundingMode } from '../values/rounding.ts';
import type { Difference } from './difference.ts';
import { numberIn } from './scalars.ts';

/**
 * Names the one mode that explains all roundings of a field where one amount alone does not show it: 2.5 that became 2
 * may have been cut and 3.5 that became 4 rounded half up, but both were rounded half to even. Whatever a more usual
 * mode explains keeps its class.
 */
export function withCommonMode(found: Difference[]): Difference[] {
  if (!found.some(({ kind }) => kind === 'rounding')) return found;
  const groups = new Map<string, Difference[]>();
  for (const one of found) {
    if (one.kind !== 'rounding') continue;
    const name = `${one.generalPath} ${unitText(one)}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  const isHalfEven = new Set([...groups.values()].filter(areHalfEven).flat());
  return found.map((one) => (isHalfEven.has(one) ? { ...one, class: `half-even-at-${unitText(one)}` } : one));
}

function areHalfEven(group: readonly Difference[]): boolean {
  const [first, ...others] = group.map(modesIn);
  if (first === undefined) return false;
  const common = [...first].filter((mode) => others.every((modes) => modes.has(mode)));
  return common.length === 1 && common[0] === 'half-even';
}

function modesIn(difference: Difference): ReadonlySet<RoundingMode> {
  const unit = decimal(unitText(difference));
  const [left, right] = [numberOf(difference.left), numberOf(difference.right)];
  if (unit === null || left === null || right === null) return new Set();
  const modes = modesOf(left, right, unit);
  return modes.size > 0 ? modes : modesOf(right, left, unit);
}

function numberOf(value: Difference['left']): Decimal | null {
  return value === undefined ? null : numberIn(value);
}

function unitText({ class: name }: Difference): string {
  return name.slice(name.lastIndexOf('-at-') + '-at-'.length);
}
