import { commonSubsequence, type Match } from './common-subsequence.ts';
import { pairAlike } from './similarity.ts';

/** One step of turning the left list into the right one: which elements stand for each other. */
export type Pair =
  | { kind: 'both'; left: number; right: number }
  | { kind: 'moved'; left: number; right: number }
  | { kind: 'removed'; left: number }
  | { kind: 'added'; right: number };

/** A list to align: its elements' identities, and how much two elements have in common (0 to 1). */
export type Sides = {
  left: readonly number[];
  right: readonly number[];
  /** Whether rules make two elements equal; asked only for elements of different identity. */
  isSame: ((left: number, right: number) => boolean) | null;
  similarity: (left: number, right: number) => number;
  /**
   * Of several best alignments one is taken; which side is looked at first must not depend on who is called left. True
   * for one of the two ways to call them.
   */
  isTurned: boolean;
};

/**
 * Aligns two ordered lists by their longest common subsequence, so that one inserted element is one `added` and not a
 * change of everything behind it. An element that left one place and is found at another is `moved`. What is left
 * between two common elements is paired with what it is most like. The same from both sides: what is `added` one way
 * is `removed` the other.
 */
export function alignOrdered(sides: Sides): Pair[] {
  return sides.isTurned ? alignOneWay(turned(sides)).map(turnedPair) : alignOneWay(sides);
}

function alignOneWay({ left, right, isSame, similarity }: Sides): Pair[] {
  const same = (l: number, r: number) => left[l] === right[r] || isSame?.(l, r) === true;
  const common = commonSubsequence(left, right, same);
  const moved = movedOf(left, right, common);
  const pairs: Pair[] = [];
  const movedRight = new Set(moved.values());
  let [l, r] = [0, 0];
  for (const [lTo, rTo] of [...common, [left.length, right.length] as const]) {
    const lefts = span(l, lTo).filter((i) => !moved.has(i));
    const rights = span(r, rTo).filter((i) => !movedRight.has(i));
    for (const i of span(l, lTo)) {
      const to = moved.get(i);
      if (to !== undefined) pairs.push({ kind: 'moved', left: i, right: to });
    }
    pairs.push(...pairAlike(lefts, rights, similarity));
    if (lTo < left.length || rTo < right.length) pairs.push({ kind: 'both', left: lTo, right: rTo });
    [l, r] = [lTo + 1, rTo + 1];
  }
  return pairs;
}

function span(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** Elements outside the common subsequence that stand on both sides: left index to right index. */
function movedOf(left: readonly number[], right: readonly number[], common: Match[]): Map<number, number> {
  const inLeft = new Set(common.map(([l]) => l));
  const inRight = new Set(common.map(([, r]) => r));
  const waiting = new Map<number, number[]>();
  for (const [r, id] of right.entries()) if (!inRight.has(r)) waitingFor(waiting, id).push(r);
  const moved = new Map<number, number>();
  for (const [l, id] of left.entries()) {
    const r = inLeft.has(l) ? undefined : waiting.get(id)?.shift();
    if (r !== undefined) moved.set(l, r);
  }
  return moved;
}

function waitingFor<K>(waiting: Map<K, number[]>, key: K): number[] {
  const known = waiting.get(key);
  if (known !== undefined) return known;
  const fresh: number[] = [];
  waiting.set(key, fresh);
  return fresh;
}

function turned({ left, right, isSame, similarity }: Sides): Sides {
  return {
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
 * because a tolerance lets one element be equal to several), then the rest with what it is most like.
 */
export function alignUnordered({ left, right, isSame, similarity }: Sides): Pair[] {
  const rightOf = new Map<number, number>();
  const leftOf = new Map<number, number>();
  const waiting = new Map<number, number[]>();
  for (const [r, id] of right.entries()) waitingFor(waiting, id).push(r);
  for (const [l, id] of left.entries()) {
    const r = waiting.get(id)?.shift();
    if (r === undefined) continue;
    rightOf.set(l, r);
    leftOf.set(r, l);
  }
  if (isSame !== null && left.length * right.length <= MAX_TRIALS) {
    const same = (l: number, r: number) => left[l] === right[r] || isSame(l, r);
    for (let l = 0; l < left.length; l += 1) {
      if (!rightOf.has(l)) augment(l, right.length, same, rightOf, leftOf, new Set());
    }
  }
  const pairs = [...rightOf].map(([l, r]): Pair => ({ kind: 'both', left: l, right: r }));
  const restLeft = span(0, left.length).filter((l) => !rightOf.has(l));
  const restRight = span(0, right.length).filter((r) => !leftOf.has(r));
  return [...pairs, ...pairAlike(restLeft, restRight, similarity, { isOrdered: false })];
}

/** Finds a partner for one more element, moving others to partners of theirs where that helps (Kuhn). */
function augment(
  l: number,
  width: number,
  isSame: (l: number, r: number) => boolean,
  rightOf: Map<number, number>,
  leftOf: Map<number, number>,
  tried: Set<number>,
): boolean {
  for (let r = 0; r < width; r += 1) {
    if (tried.has(r) || !isSame(l, r)) continue;
    tried.add(r);
    const other = leftOf.get(r);
    if (other === undefined || augment(other, width, isSame, rightOf, leftOf, tried)) {
      rightOf.set(l, r);
      leftOf.set(r, l);
      return true;
    }
  }
  return false;
}

/**
 * Pairs elements by a key of theirs; null: it has none. Elements of one key, and those without, are paired in their
 * order, so a key that stands twice on one side is an element more.
 */
export function alignKeyed(left: readonly (number | null)[], right: readonly (number | null)[]): Pair[] {
  const waiting = new Map<number | null, number[]>();
  for (const [r, key] of right.entries()) waitingFor(waiting, key).push(r);
  const pairs = left.map((key, l): Pair => {
    const r = waiting.get(key)?.shift();
    return r === undefined ? { kind: 'removed', left: l } : { kind: 'both', left: l, right: r };
  });
  const added = [...waiting.values()].flat().sort((a, b) => a - b);
  return [...pairs, ...added.map((r): Pair => ({ kind: 'added', right: r }))];
}
