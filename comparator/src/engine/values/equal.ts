import { type Json, JsonNumber } from '../parse/json.ts';
import type { Work } from '../step-budget.ts';
import { isSameNumber } from './decimal.ts';

/** Steps to look at one value. */
const VISITED = 10;

/**
 * Whether two values are equal: numbers by value, lists in order, keys in any. With a budget of work, no as well when
 * that is spent before it is known.
 */
export function isEqual(left: Json, right: Json, work: Work | null = null): boolean {
  if (left === right) return true;
  if (work?.spend(VISITED) === false) return false;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, i) => isEqual(item, right[i] as Json, work))
    );
  }
  if (left instanceof Map) {
    if (!(right instanceof Map) || left.size !== right.size) return false;
    for (const [key, item] of left) {
      const other = right.get(key);
      if (other === undefined || !isEqual(item, other, work)) return false;
    }
    return true;
  }
  return left instanceof JsonNumber && right instanceof JsonNumber && isSameNumber(left.text, right.text);
}
