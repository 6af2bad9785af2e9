import { type Json, stringify } from '../parse/json.ts';
import type { StepBudget } from '../step-budget.ts';
import { isEqual } from '../values/equal.ts';
import type { ListPair } from './alignment.ts';
import type { Identities } from './identities.ts';
import { similarityOf } from './similarity.ts';
import { UnmatchedElements } from './unmatched-elements.ts';

/** `ids` distinguish elements as the rules do (by spelling or by value); `values` distinguish them by value. */
export type ListIdentities = { ids: Identities; values: Identities; budget: StepBudget };

/** Steps to look up the result of an earlier comparison of two elements. */
const STEPS_PER_LOOKUP = 5;

/**
 * Prepares two lists for an alignment; null when no steps remain for that. `isRequired`: prepare them even if no steps
 * remain, because only the alignment can say whether the lists are equal. `isSame`: whether rules make two elements
 * equal, named by their indexes.
 */
export function listPairOf(
  left: readonly Json[],
  right: readonly Json[],
  { ids, values, budget }: ListIdentities,
  isSame: ((left: number, right: number) => boolean) | null,
  isRequired: boolean,
): ListPair | null {
  const leftIds = ids.ofAll(left, { isRequired });
  const rightIds = leftIds === null ? null : ids.ofAll(right, { isRequired });
  if (leftIds === null || rightIds === null) return null;
  const at = (list: readonly Json[], i: number) => list[i] as Json;
  return {
    budget,
    left: leftIds,
    right: rightIds,
    similarity: (l, r) => {
      const [one, other] = [at(left, l), at(right, r)];
      if (ids !== values && values.of(one) === values.of(other)) return 1;
      return similarityOf(one, other, values, budget);
    },
    isSwapped: isSwapped(left, right, leftIds, rightIds, budget),
    isSame: isSame === null ? null : memoized(right.length, budget, isSame),
  };
}

/** True for exactly one of the two orders of two different lists, see {@link ListPair.isSwapped}. */
function isSwapped(
  left: readonly Json[],
  right: readonly Json[],
  leftIds: Int32Array,
  rightIds: Int32Array,
  budget: StepBudget,
): boolean {
  if (left.length !== right.length) return left.length > right.length;
  const first = leftIds.findIndex((id, i) => id !== rightIds[i]);
  if (first < 0 || budget.isSpent) return false;
  const [a, b] = [stringify(left[first] as Json), stringify(right[first] as Json)];
  budget.spend(a.length + b.length);
  return a > b;
}

/** Calls `isSame` once for each pair of elements; false when no steps remain and the pair was not compared before. */
function memoized(
  width: number,
  budget: StepBudget,
  isSame: (left: number, right: number) => boolean,
): (left: number, right: number) => boolean {
  const results = new Map<number, boolean>();
  return (l, r) => {
    const pair = l * width + r;
    const known = results.get(pair);
    if (!budget.spend(STEPS_PER_LOOKUP)) return known === true;
    if (known !== undefined) return known;
    const result = isSame(l, r);
    results.set(pair, result);
    return result;
  };
}

/** How many elements two lists have in common at their start, and at their end after that, as far as steps remain. */
export function commonEnds(
  left: readonly Json[],
  right: readonly Json[],
  budget: StepBudget,
): { start: number; end: number } {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && isEqual(left[start] as Json, right[start] as Json, budget)) start += 1;
  let end = 0;
  while (end < shorter - start && isEqual(left.at(-1 - end) as Json, right.at(-1 - end) as Json, budget))
    end += 1;
  return { start, end };
}

/** Whether both lists have the same elements, in any order. */
export function isReordered({ left, right }: ListPair): boolean {
  if (left.length !== right.length) return false;
  const unmatched = new UnmatchedElements(right);
  for (let l = 0; l < left.length; l += 1) if (unmatched.take(left[l] as number) < 0) return false;
  return true;
}
