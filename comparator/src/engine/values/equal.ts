import { type Json, JsonNumber } from '../parse/json.ts';
import type { StepBudget } from '../step-budget.ts';
import { isSameNumber } from './decimal.ts';

/** Steps to compare one value. */
const STEPS_PER_VALUE = 10;

/**
 * Whether two values are equal. Numbers are compared by value. The order of a list counts, the order of keys does not.
 * With a budget, the result is also false if the steps end before the values are known to be equal.
 */
export function isEqual(left: Json, right: Json, budget: StepBudget | null = null): boolean {
  if (left === right) return true;
  if (budget?.spend(STEPS_PER_VALUE) === false) return false;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, i) => isEqual(item, right[i] as Json, budget))
    );
  }
  if (left instanceof Map) {
    if (!(right instanceof Map) || left.size !== right.size) return false;
    for (const [key, item] of left) {
      const other = right.get(key);
      if (other === undefined || !isEqual(item, other, budget)) return false;
    }
    return true;
  }
  return left instanceof JsonNumber && right instanceof JsonNumber && isSameNumber(left.text, right.text);
}
