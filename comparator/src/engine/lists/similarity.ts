import { type Json, typeOf } from '../parse/json.ts';
import type { StepBudget } from '../step-budget.ts';
import type { ElementPair, Similarity } from './alignment.ts';
import type { Identities } from './identities.ts';

/** Pairs of elements whose similarity is computed in one gap. In larger gaps elements are paired by position. */
const MAX_WEIGHED = 10_000;
/** Any pair is better than no pair, because it leaves fewer differences; two values of one type are a better pair. */
const PAIRED = 0.01;
const SAME_TYPE = 0.02;
/** Steps to weigh a pair, and to weigh each member of the pair. */
const STEPS_PER_WEIGHT = 10;

/** How much two values have in common, from 0 to 1: the share of their members that are equal. */
export function similarityOf(left: Json, right: Json, identities: Identities, budget: StepBudget): number {
  budget.spend(STEPS_PER_WEIGHT);
  const type = typeOf(left);
  if (type !== typeOf(right)) return 0;
  if (left instanceof Map && right instanceof Map) {
    budget.spend(STEPS_PER_WEIGHT * left.size);
    let same = 0;
    for (const [key, item] of left) {
      const other = right.get(key);
      if (other !== undefined) same += identities.of(item) === identities.of(other) ? 1 : 0.1;
    }
    return SAME_TYPE + same / Math.max(1, left.size, right.size);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    budget.spend(STEPS_PER_WEIGHT * (left.length + right.length));
    return SAME_TYPE + commonCount(left, right, identities) / Math.max(1, left.length, right.length);
  }
  return SAME_TYPE;
}

/** How many elements of one list stand in the other list; each element counts once. */
function commonCount(left: readonly Json[], right: readonly Json[], identities: Identities): number {
  const counts = new Map<number, number>();
  for (const item of left) {
    const id = identities.of(item);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  let same = 0;
  for (const item of right) {
    const id = identities.of(item);
    const count = counts.get(id) ?? 0;
    if (count === 0) continue;
    counts.set(id, count - 1);
    same += 1;
  }
  return same;
}

/**
 * Pairs the elements of a gap so that the sum of the similarities is greatest. An element without a partner is added or
 * removed. In ordered lists pairs do not cross. When no steps remain, elements are paired by position.
 */
export function pairBySimilarity(
  left: readonly number[],
  right: readonly number[],
  similarity: Similarity,
  budget: StepBudget,
  { isOrdered = true } = {},
): ElementPair[] {
  const isSmall = left.length * right.length <= MAX_WEIGHED;
  const isTrivial = left.length === 0 || right.length === 0 || (left.length === 1 && right.length === 1);
  const weights = isTrivial || !isSmall ? null : weightsOf(left, right, similarity, budget);
  const indexPairs =
    weights === null
      ? byPosition(left, right)
      : isOrdered
        ? heaviestAlignment(weights, right.length)
        : heaviestPairsFirst(weights, right.length);
  const pairs: ElementPair[] = [];
  const [pairedLeft, pairedRight] = [new Uint8Array(left.length), new Uint8Array(right.length)];
  for (const [i, j] of indexPairs) {
    pairs.push({ kind: 'both', left: left[i] as number, right: right[j] as number });
    [pairedLeft[i], pairedRight[j]] = [1, 1];
  }
  for (const [i, l] of left.entries()) if (pairedLeft[i] === 0) pairs.push({ kind: 'removed', left: l });
  for (const [j, r] of right.entries()) if (pairedRight[j] === 0) pairs.push({ kind: 'added', right: r });
  return pairs;
}

type IndexPairs = [left: number, right: number][];

function byPosition(left: readonly number[], right: readonly number[]): IndexPairs {
  return Array.from({ length: Math.min(left.length, right.length) }, (_, i) => [i, i]);
}

/** The weight of every pair, row by row; null when the steps do not suffice. */
function weightsOf(
  left: readonly number[],
  right: readonly number[],
  similarity: Similarity,
  budget: StepBudget,
): Float64Array | null {
  const weights = new Float64Array(left.length * right.length);
  for (const [i, l] of left.entries()) {
    if (budget.isSpent) return null;
    for (const [j, r] of right.entries()) weights[i * right.length + j] = PAIRED + similarity(l, r);
  }
  return weights;
}

/** The alignment of the greatest total weight, by dynamic programming. */
function heaviestAlignment(weights: Float64Array, width: number): IndexPairs {
  const height = weights.length / width;
  const best = new Float64Array((height + 1) * (width + 1));
  const at = (i: number, j: number) => best[i * (width + 1) + j] as number;
  const weight = (i: number, j: number) => weights[i * width + j] as number;
  for (let i = height - 1; i >= 0; i -= 1) {
    for (let j = width - 1; j >= 0; j -= 1) {
      best[i * (width + 1) + j] = Math.max(weight(i, j) + at(i + 1, j + 1), at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: IndexPairs = [];
  for (let i = 0, j = 0; i < height && j < width; ) {
    if (at(i, j) === weight(i, j) + at(i + 1, j + 1)) pairs.push([i++, j++]);
    else if (at(i, j) === at(i + 1, j)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** A greedy matching: the most similar pair first, at whatever positions. */
function heaviestPairsFirst(weights: Float64Array, width: number): IndexPairs {
  const all = Uint32Array.from(weights, (_, pair) => pair);
  all.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
  const [takenLeft, takenRight] = [new Set<number>(), new Set<number>()];
  const pairs: IndexPairs = [];
  for (const pair of all) {
    const [i, j] = [Math.floor(pair / width), pair % width];
    if (takenLeft.has(i) || takenRight.has(j)) continue;
    takenLeft.add(i);
    takenRight.add(j);
    pairs.push([i, j]);
  }
  return pairs;
}
