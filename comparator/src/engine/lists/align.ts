import type { Work } from '../step-budget.ts';
import { commonSubsequence, type Ids, type Partners } from './common-subsequence.ts';
import { pairAlike, type Similarity } from './similarity.ts';
import { Waiting } from './unmatched-elements.ts';

/** One step of turning the left list into the right one: which elements stand for each other. */
export type Pair =
  | { kind: 'both'; left: number; right: number }
  | { kind: 'moved'; left: number; right: number }
  | { kind: 'removed'; left: number }
  | { kind: 'added'; right: number };

/** A list to align: its elements' identities, and how much two elements have in common (0 to 1). */
export type Sides = {
  left: Ids;
  right: Ids;
  /** Whether rules make two elements equal; asked only for elements of different identity. */
  isSame: ((left: number, right: number) => boolean) | null;
  similarity: Similarity;
  /**
   * Of several best alignments one is taken; which side is looked at first must not depend on who is called left. True
   * for one of the two ways to call them.
   */
  isTurned: boolean;
  work: Work;
};

/** Steps to look for an element at another place. */
const SOUGHT = 10;

/**
 * Aligns two ordered lists by their longest common subsequence, so that one inserted element is one `added` and not a
 * change of everything behind it. An element that left one place and is found at another is `moved`. What is left
 * between two common elements is paired with what it is most like. The same from both sides: what is `added` one way
 * is `removed` the other. When no steps are left, the rest is paired in its order.
 */
export function alignOrdered(sides: Sides): Pair[] {
  return sides.isTurned ? alignOneWay(turned(sides)).map(turnedPair) : alignOneWay(sides);
}

function alignOneWay({ left, right, isSame, similarity, work }: Sides): Pair[] {
  const same =
    isSame === null
      ? (l: number, r: number) => left[l] === right[r]
      : (l: number, r: number) => left[l] === right[r] || isSame(l, r);
  const common = commonSubsequence(left, right, same, work);
  const moved = movedOf(left, right, common, work);
  const hasMovedHere = new Uint8Array(right.length);
  for (const r of moved) if (r >= 0) hasMovedHere[r] = 1;
  const pairs: Pair[] = [];
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
    for (const pair of pairAlike(lefts, rights, similarity, work)) pairs.push(pair);
    if (l < left.length) pairs.push({ kind: 'both', left: l, right: rTo });
    r = rTo + 1;
  }
  return pairs;
}

/** Elements outside the common subsequence that stand on both sides: the right index of each left one, or -1. */
function movedOf(left: Ids, right: Ids, common: Partners, work: Work): Partners {
  const moved = new Int32Array(left.length).fill(-1);
  if (work.isSpent || !work.spend(SOUGHT * (left.length + right.length))) return moved;
  const isCommon = new Uint8Array(right.length);
  for (const r of common) if (r >= 0) isCommon[r] = 1;
  const waiting = new Waiting(right, (r) => isCommon[r] === 0);
  for (let l = 0; l < left.length; l += 1) {
    if ((common[l] as number) < 0) moved[l] = waiting.take(left[l] as number);
  }
  return moved;
}

function turned({ left, right, isSame, similarity, work }: Sides): Sides {
  return {
    work,
    isTurned: false,
    left: right,
    right: left,
    isSame: isSame === null ? null : (l, r) => isSame(r, l),
    similarity: (l, r) => similarity(r, l),
  };
}

function turnedPair(pair: Pair): Pair {
  if (pair.kind === 'added') return { kind: 'removed', left: pair.right };
  if (pair.kind === 'removed') return { kind: 'added', right: pair.left };
  return { kind: pair.kind, left: pair.right, right: pair.left };
}

/** Pairs of elements tried under rules when lists are unordered; beyond, only equal ones find each other. */
const MAX_TRIALS = 40_000;

/**
 * Pairs elements of two lists whose order says nothing: as many as can be equal under the rules (a maximum matching,
 * because a tolerance lets one element be equal to several), then the rest with what it is most like. Equal elements
 * find each other whether steps are left or not.
 */
export function alignUnordered({ left, right, isSame, similarity, work }: Sides): Pair[] {
  const matching: Matching = {
    rightOf: new Int32Array(left.length).fill(-1),
    leftOf: new Int32Array(right.length).fill(-1),
  };
  const waiting = new Waiting(right);
  for (let l = 0; l < left.length; l += 1) {
    const r = waiting.take(left[l] as number);
    if (r >= 0) match(matching, l, r);
  }
  if (isSame !== null && left.length * right.length <= MAX_TRIALS) {
    const same = (l: number, r: number) => left[l] === right[r] || isSame(l, r);
    for (let l = 0; l < left.length && !work.isSpent; l += 1) {
      if ((matching.rightOf[l] as number) < 0) augment(l, same, matching, new Set(), work);
    }
  }
  const pairs: Pair[] = [];
  const [restLeft, restRight]: [number[], number[]] = [[], []];
  for (const [l, r] of matching.rightOf.entries()) {
    if (r >= 0) pairs.push({ kind: 'both', left: l, right: r });
    else restLeft.push(l);
  }
  for (const [r, l] of matching.leftOf.entries()) if (l < 0) restRight.push(r);
  for (const pair of pairAlike(restLeft, restRight, similarity, work, { isOrdered: false })) pairs.push(pair);
  return pairs;
}

type Matching = { rightOf: Partners; leftOf: Partners };

function match({ rightOf, leftOf }: Matching, l: number, r: number): void {
  [rightOf[l], leftOf[r]] = [r, l];
}

/** Finds a partner for one more element, moving others to partners of theirs where that helps (Kuhn). */
function augment(
  l: number,
  isSame: (l: number, r: number) => boolean,
  matching: Matching,
  tried: Set<number>,
  work: Work,
): boolean {
  for (let r = 0; r < matching.leftOf.length; r += 1) {
    if (!work.spend(1)) return false;
    if (tried.has(r) || !isSame(l, r)) continue;
    tried.add(r);
    const other = matching.leftOf[r] as number;
    if (other < 0 || augment(other, isSame, matching, tried, work)) {
      match(matching, l, r);
      return true;
    }
  }
  return false;
}

/**
 * Pairs elements by a key of theirs; 0: it has none. Elements of one key, and those without, are paired in their
 * order, so a key that stands twice on one side is an element more.
 */
export function alignKeyed(left: Ids, right: Ids): Pair[] {
  const waiting = new Waiting(right);
  const isTaken = new Uint8Array(right.length);
  const pairs: Pair[] = [];
  for (let l = 0; l < left.length; l += 1) {
    const r = waiting.take(left[l] as number);
    if (r >= 0) isTaken[r] = 1;
    pairs.push(r < 0 ? { kind: 'removed', left: l } : { kind: 'both', left: l, right: r });
  }
  for (const [r, taken] of isTaken.entries()) if (taken === 0) pairs.push({ kind: 'added', right: r });
  return pairs;
}
