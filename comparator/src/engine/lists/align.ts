import type { StepBudget } from '../step-budget.ts';
import type { ElementPair, ListPair } from './alignment.ts';
import { commonSubsequence, type Ids, type Partners } from './common-subsequence.ts';
import { pairBySimilarity } from './similarity.ts';
import { UnmatchedElements } from './unmatched-elements.ts';

/** Steps to find out whether one element stands at another place. */
const STEPS_PER_MOVE = 10;

/**
 * Aligns two ordered lists by their longest common subsequence. One inserted element is then one `added`, and not a
 * change of every element after it. An element that left one place and stands at another is `moved`. The remaining
 * elements between two common ones are paired with the most similar element. The result is symmetric: what is `added`
 * from left to right is `removed` from right to left. When no steps remain, the rest is paired by position.
 */
export function alignOrdered(lists: ListPair): ElementPair[] {
  return lists.isSwapped ? alignAsGiven(swapped(lists)).map(swappedPair) : alignAsGiven(lists);
}

function alignAsGiven({ left, right, isSame, similarity, budget }: ListPair): ElementPair[] {
  const same =
    isSame === null
      ? (l: number, r: number) => left[l] === right[r]
      : (l: number, r: number) => left[l] === right[r] || isSame(l, r);
  const common = commonSubsequence(left, right, same, budget);
  const moved = movedPartners(left, right, common, budget);
  const hasMovedHere = new Uint8Array(right.length);
  for (const r of moved) if (r >= 0) hasMovedHere[r] = 1;
  const pairs: ElementPair[] = [];
  let r = 0;
  for (let l = 0; l <= left.length; l += 1) {
    const lefts: number[] = [];
    for (; l < left.length && (common[l] as number) < 0; l += 1) {
      const to = moved[l] as number;
      if (to >= 0) pairs.push({ kind: 'moved', left: l, right: to });
      else lefts.push(l);
    }
    const rights: number[] = [];
    const rTo = l < left.length ? (common[l] as number) : right.length;
    for (; r < rTo; r += 1) if (hasMovedHere[r] === 0) rights.push(r);
    for (const pair of pairBySimilarity(lefts, rights, similarity, budget)) pairs.push(pair);
    if (l < left.length) pairs.push({ kind: 'both', left: l, right: rTo });
    r = rTo + 1;
  }
  return pairs;
}

/** Elements outside the common subsequence that stand on both sides: the right index of each left element, or -1. */
function movedPartners(left: Ids, right: Ids, common: Partners, budget: StepBudget): Partners {
  const moved = new Int32Array(left.length).fill(-1);
  if (budget.isSpent || !budget.spend(STEPS_PER_MOVE * (left.length + right.length))) return moved;
  const isCommon = new Uint8Array(right.length);
  for (const r of common) if (r >= 0) isCommon[r] = 1;
  const unmatched = new UnmatchedElements(right, (r) => isCommon[r] === 0);
  for (let l = 0; l < left.length; l += 1) {
    if ((common[l] as number) < 0) moved[l] = unmatched.take(left[l] as number);
  }
  return moved;
}

function swapped({ left, right, isSame, similarity, budget }: ListPair): ListPair {
  return {
    budget,
    isSwapped: false,
    left: right,
    right: left,
    isSame: isSame === null ? null : (l, r) => isSame(r, l),
    similarity: (l, r) => similarity(r, l),
  };
}

function swappedPair(pair: ElementPair): ElementPair {
  if (pair.kind === 'added') return { kind: 'removed', left: pair.right };
  if (pair.kind === 'removed') return { kind: 'added', right: pair.left };
  return { kind: pair.kind, left: pair.right, right: pair.left };
}

/** Pairs of elements compared under rules in unordered lists. In larger lists only elements of equal ids are matched. */
const MAX_TRIALS = 40_000;

/**
 * Pairs the elements of two lists whose order has no meaning. First, as many elements as possible are paired that are
 * equal under the rules. That is a maximum matching, because a tolerance can make one element equal to several. Then
 * the remaining elements are paired with the most similar one. Elements of equal ids are matched even if no steps
 * remain.
 */
export function alignUnordered({ left, right, isSame, similarity, budget }: ListPair): ElementPair[] {
  const matching: Matching = {
    rightOf: new Int32Array(left.length).fill(-1),
    leftOf: new Int32Array(right.length).fill(-1),
  };
  const unmatched = new UnmatchedElements(right);
  for (let l = 0; l < left.length; l += 1) {
    const r = unmatched.take(left[l] as number);
    if (r >= 0) match(matching, l, r);
  }
  if (isSame !== null && left.length * right.length <= MAX_TRIALS) {
    const same = (l: number, r: number) => left[l] === right[r] || isSame(l, r);
    for (let l = 0; l < left.length && !budget.isSpent; l += 1) {
      if ((matching.rightOf[l] as number) < 0) augment(l, same, matching, new Set(), budget);
    }
  }
  const pairs: ElementPair[] = [];
  const [restLeft, restRight]: [number[], number[]] = [[], []];
  for (const [l, r] of matching.rightOf.entries()) {
    if (r >= 0) pairs.push({ kind: 'both', left: l, right: r });
    else restLeft.push(l);
  }
  for (const [r, l] of matching.leftOf.entries()) if (l < 0) restRight.push(r);
  const rest = pairBySimilarity(restLeft, restRight, similarity, budget, { isOrdered: false });
  for (const pair of rest) pairs.push(pair);
  return pairs;
}

type Matching = { rightOf: Partners; leftOf: Partners };

function match({ rightOf, leftOf }: Matching, l: number, r: number): void {
  [rightOf[l], leftOf[r]] = [r, l];
}

/** Finds a partner for one more element; gives matched elements another partner where that helps (Kuhn's algorithm). */
function augment(
  l: number,
  isSame: (l: number, r: number) => boolean,
  matching: Matching,
  tried: Set<number>,
  budget: StepBudget,
): boolean {
  for (let r = 0; r < matching.leftOf.length; r += 1) {
    if (!budget.spend(1)) return false;
    if (tried.has(r) || !isSame(l, r)) continue;
    tried.add(r);
    const other = matching.leftOf[r] as number;
    if (other < 0 || augment(other, isSame, matching, tried, budget)) {
      match(matching, l, r);
      return true;
    }
  }
  return false;
}

/**
 * Pairs elements by the id of their key; 0 means that an element has no key. Elements of the same key, and elements
 * without a key, are paired in their order. If a key stands more often on one side, the surplus elements are `added` or
 * `removed`.
 */
export function alignKeyed(left: Ids, right: Ids): ElementPair[] {
  const unmatched = new UnmatchedElements(right);
  const isTaken = new Uint8Array(right.length);
  const pairs: ElementPair[] = [];
  for (let l = 0; l < left.length; l += 1) {
    const r = unmatched.take(left[l] as number);
    if (r >= 0) isTaken[r] = 1;
    pairs.push(r < 0 ? { kind: 'removed', left: l } : { kind: 'both', left: l, right: r });
  }
  for (const [r, taken] of isTaken.entries()) if (taken === 0) pairs.push({ kind: 'added', right: r });
  return pairs;
}
