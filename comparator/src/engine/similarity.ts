import type { Pair } from './align.ts';
import type { Identities } from './equal.ts';
import { type Json, typeOf } from './json.ts';

/** Pairs of elements weighed; beyond, the rest is paired in order. */
const MAX_WEIGHED = 10_000;
/** Any pair is better than none, so that as few differences as can be are left; of one type is better than not. */
const PAIRED = 0.01;
const SAME_TYPE = 0.02;

/** How much two unequal values have in common, from 0 to 1: the share of their members that are equal. */
export function similarityOf(left: Json, right: Json, identities: Identities): number {
  const type = typeOf(left);
  if (type !== typeOf(right)) return 0;
  if (left instanceof Map && right instanceof Map) {
    let same = 0;
    for (const [key, item] of left) {
      const other = right.get(key);
      if (other !== undefined) same += identities.of(item) === identities.of(other) ? 1 : 0.1;
    }
    return SAME_TYPE + same / Math.max(1, left.size, right.size);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    const members = new Set(left.map((item) => identities.of(item)));
    const same = right.filter((item) => members.has(identities.of(item))).length;
    return SAME_TYPE + same / Math.max(1, left.length, right.length);
  }
  return SAME_TYPE;
}

/**
 * Pairs the elements of a gap so that the pairs have most in common; who finds nobody is added or removed. In ordered
 * lists pairs do not cross.
 */
export function pairAlike(
  left: readonly number[],
  right: readonly number[],
  similarity: (left: number, right: number) => number,
  { isOrdered = true } = {},
): Pair[] {
  const isSmall = left.length * right.length <= MAX_WEIGHED;
  const isPlain = left.length === 0 || right.length === 0 || (left.length === 1 && right.length === 1);
  const both =
    isPlain || !isSmall
      ? inOrder(left, right)
      : isOrdered
        ? heaviest(left, right, similarity)
        : greedy(left, right, similarity);
  const [pairedLeft, pairedRight] = [new Set(both.map(([l]) => l)), new Set(both.map(([, r]) => r))];
  return [
    ...both.map(([l, r]): Pair => ({ kind: 'both', left: l, right: r })),
    ...left.filter((l) => !pairedLeft.has(l)).map((l): Pair => ({ kind: 'removed', left: l })),
    ...right.filter((r) => !pairedRight.has(r)).map((r): Pair => ({ kind: 'added', right: r })),
  ];
}

function inOrder(left: readonly number[], right: readonly number[]): [number, number][] {
  const length = Math.min(left.length, right.length);
  return left.slice(0, length).map((l, i) => [l, right[i] as number]);
}

/** The alignment of greatest weight, by dynamic programming. */
function heaviest(
  left: readonly number[],
  right: readonly number[],
  similarity: (left: number, right: number) => number,
): [number, number][] {
  const width = right.length + 1;
  const best = new Float64Array((left.length + 1) * width);
  const weights = left.map((l) => right.map((r) => PAIRED + similarity(l, r)));
  const at = (i: number, j: number) => best[i * width + j] as number;
  const weight = (i: number, j: number) => (weights[i] as number[])[j] as number;
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      best[i * width + j] = Math.max(weight(i, j) + at(i + 1, j + 1), at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (at(i, j) === weight(i, j) + at(i + 1, j + 1)) pairs.push([left[i++] as number, right[j++] as number]);
    else if (at(i, j) === at(i + 1, j)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** The most alike pair first, whatever the places. */
function greedy(
  left: readonly number[],
  right: readonly number[],
  similarity: (left: number, right: number) => number,
): [number, number][] {
  const all = left.flatMap((l) => right.map((r) => ({ l, r, weight: similarity(l, r) })));
  all.sort((a, b) => b.weight - a.weight || a.l - b.l || a.r - b.r);
  const [takenLeft, takenRight] = [new Set<number>(), new Set<number>()];
  const pairs: [number, number][] = [];
  for (const { l, r } of all) {
    if (takenLeft.has(l) || takenRight.has(r)) continue;
    takenLeft.add(l);
    takenRight.add(r);
    pairs.push([l, r]);
  }
  return pairs;
}
