import { type Json, stringify } from '../parse/json.ts';
import type { Work } from '../step-budget.ts';
import { isEqual } from '../values/equal.ts';
import type { Sides } from './align.ts';
import type { Identities } from './identities.ts';
import { similarityOf } from './similarity.ts';
import { Waiting } from './unmatched-elements.ts';

/** What it takes to align lists. `ids` tell elements apart, `values` whether they have the same value. */
export type ListTerms = { ids: Identities; values: Identities; work: Work };

/** Steps to look up what a trial of two elements came to. */
const LOOKED_UP = 5;

/**
 * Two lists made ready to align; null when no steps are left for that. `isDue`: they are made ready all the same,
 * because nothing else can tell whether the lists are equal. `isSame`: whether rules make two elements equal, by their
 * indexes.
 */
export function sidesOf(
  left: readonly Json[],
  right: readonly Json[],
  { ids, values, work }: ListTerms,
  isSame: ((left: number, right: number) => boolean) | null,
  isDue: boolean,
): Sides | null {
  const leftIds = ids.ofAll(left, { isDue });
  const rightIds = leftIds === null ? null : ids.ofAll(right, { isDue });
  if (leftIds === null || rightIds === null) return null;
  const at = (list: readonly Json[], i: number) => list[i] as Json;
  return {
    work,
    left: leftIds,
    right: rightIds,
    similarity: (l, r) => {
      const [one, other] = [at(left, l), at(right, r)];
      if (ids !== values && values.of(one) === values.of(other)) return 1;
      return similarityOf(one, other, values, work);
    },
    isTurned: isTurned(left, right, leftIds, rightIds, work),
    isSame: isSame === null ? null : remembered(right.length, work, isSame),
  };
}

/** One of the two ways to call two lists left and right. */
function isTurned(
  left: readonly Json[],
  right: readonly Json[],
  leftIds: Int32Array,
  rightIds: Int32Array,
  work: Work,
): boolean {
  if (left.length !== right.length) return left.length > right.length;
  const first = leftIds.findIndex((id, i) => id !== rightIds[i]);
  if (first < 0 || work.isSpent) return false;
  const [a, b] = [stringify(left[first] as Json), stringify(right[first] as Json)];
  work.spend(a.length + b.length);
  return a > b;
}

/** Asks once for each pair; no when no steps are left to ask. */
function remembered(
  width: number,
  work: Work,
  isSame: (left: number, right: number) => boolean,
): (left: number, right: number) => boolean {
  const answers = new Map<number, boolean>();
  return (l, r) => {
    const pair = l * width + r;
    const known = answers.get(pair);
    if (!work.spend(LOOKED_UP)) return known === true;
    if (known !== undefined) return known;
    const answer = isSame(l, r);
    answers.set(pair, answer);
    return answer;
  };
}

/** How many elements two lists have in common at their beginning, and at their end behind it, as far as steps allow. */
export function commonEnds(
  left: readonly Json[],
  right: readonly Json[],
  work: Work,
): { start: number; end: number } {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && isEqual(left[start] as Json, right[start] as Json, work)) start += 1;
  let end = 0;
  while (end < shorter - start && isEqual(left.at(-1 - end) as Json, right.at(-1 - end) as Json, work))
    end += 1;
  return { start, end };
}

/** Same elements on both sides, another order. */
export function isReordered({ left, right }: Sides): boolean {
  if (left.length !== right.length) return false;
  const waiting = new Waiting(right);
  for (let l = 0; l < left.length; l += 1) if (waiting.take(left[l] as number) < 0) return false;
  return true;
}
