import type { StepBudget } from '../step-budget.ts';

/** The ids of the elements of a list. Equal elements have equal ids. */
export type Ids = ArrayLike<number>;
type IsSame = (left: number, right: number) => boolean;

/**
 * Insertions and deletions up to which the alignment is exact. The time grows with elements x edits and the memory with
 * edits^2. 1,500 edits take 10 MB and a few milliseconds, and all lists of together 1,500 elements are aligned exactly.
 */
const MAX_EDITS = 1_500;
/** Steps to find out whether one element stands exactly once on each side. */
const STEPS_PER_ANCHOR = 10;

type Range = { l: number; lEnd: number; r: number; rEnd: number };

/** The right index of every left element, or -1 if it has no partner. */
export type Partners = Int32Array;

/**
 * A longest common subsequence (Myers 1986), exact up to {@link MAX_EDITS} edits. With more edits, the elements that
 * stand exactly once on each side are aligned first, and then the ranges between them are aligned exactly. `isSame` need
 * not be transitive, because a tolerance is not. When no steps remain, the result so far is returned, which is a common
 * subsequence too.
 */
export function commonSubsequence(left: Ids, right: Ids, isSame: IsSame, budget: StepBudget): Partners {
  const partners = new Int32Array(left.length).fill(-1);
  const ranges: Range[] = [{ l: 0, lEnd: left.length, r: 0, rEnd: right.length }];
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const inner = trimmed(range, isSame, partners, budget);
    if (budget.isSpent) break;
    if (inner.l === inner.lEnd || inner.r === inner.rEnd) continue;
    if (shortestEdit(inner, isSame, partners, budget)) continue;
    for (const gap of between(uniqueAnchors(left, right, inner, budget), inner, partners)) ranges.push(gap);
  }
  return partners;
}

/** Pairs the equal elements at both ends of the range and returns the range between them. */
function trimmed(range: Range, isSame: IsSame, partners: Partners, budget: StepBudget): Range {
  let { l, lEnd, r, rEnd } = range;
  while (l < lEnd && r < rEnd && isSame(l, r)) partners[l++] = r++;
  while (l < lEnd && r < rEnd && isSame(lEnd - 1, rEnd - 1)) partners[--lEnd] = --rEnd;
  budget.spend(1 + l - range.l + range.lEnd - lEnd);
  return { l, lEnd, r, rEnd };
}

/** False if the alignment needs more edits than the limit, or more steps than remain. */
function shortestEdit(
  { l, lEnd, r, rEnd }: Range,
  isSame: IsSame,
  partners: Partners,
  budget: StepBudget,
): boolean {
  const [n, m] = [lEnd - l, rEnd - r];
  const limit = Math.min(n + m, MAX_EDITS);
  const furthest = new Int32Array(2 * limit + 3); // by diagonal x - y, shifted by limit + 1
  const rounds: Int32Array[] = [];
  for (let edits = 0; edits <= limit; edits += 1) {
    rounds.push(furthest.slice(limit + 1 - edits - 1, limit + 1 + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const at = limit + 1 + k;
      const [below, above] = [furthest[at - 1] as number, furthest[at + 1] as number];
      const start = k === -edits || (k !== edits && below < above) ? above : below + 1;
      let x = start;
      while (x < n && x - k < m && isSame(l + x, r + x - k)) x += 1;
      furthest[at] = x;
      if (x >= n && x - k >= m) {
        trace(rounds, { l, lEnd, r, rEnd }, partners);
        return true;
      }
      if (!budget.spend(1 + x - start)) return false;
    }
  }
  return false;
}

/** Walks back from the end through the rounds. Diagonal moves are pairs of equal elements. */
function trace(rounds: readonly Int32Array[], { l, lEnd, r, rEnd }: Range, partners: Partners): void {
  let [x, y] = [lEnd - l, rEnd - r];
  for (let d = rounds.length - 1; d >= 0; d -= 1) {
    const round = rounds[d] as Int32Array; // diagonals -d - 1 .. d + 1 before round d
    const k = x - y;
    const [below, above] = [round[k - 1 + d + 1] as number, round[k + 1 + d + 1] as number];
    const isDown = k === -d || (k !== d && below < above);
    const previousX = d === 0 ? 0 : isDown ? above : below;
    const previousY = d === 0 ? 0 : previousX - (isDown ? k + 1 : k - 1);
    while (x > previousX && y > previousY) partners[l + --x] = r + --y;
    [x, y] = [previousX, previousY];
  }
}

type Anchor = { l: number; r: number };

/** Elements that stand exactly once on each side of the range; as many as have the same order on both sides. */
function uniqueAnchors(left: Ids, right: Ids, range: Range, budget: StepBudget): Anchor[] {
  if (!budget.spend(STEPS_PER_ANCHOR * (range.lEnd - range.l + range.rEnd - range.r))) return [];
  const inLeft = singles(left, range.l, range.lEnd);
  const inRight = singles(right, range.r, range.rEnd);
  const both: Anchor[] = [];
  for (const [id, l] of inLeft) {
    const r = inRight.get(id);
    if (l >= 0 && r !== undefined && r >= 0) both.push({ l, r });
  }
  return longestIncreasing(both.sort((a, b) => a.l - b.l));
}

/** The index of each id, or -1 if the id stands more than once. */
function singles(ids: Ids, from: number, to: number): Map<number, number> {
  const found = new Map<number, number>();
  for (let i = from; i < to; i += 1) found.set(ids[i] as number, found.has(ids[i] as number) ? -1 : i);
  return found;
}

/** The longest increasing subsequence by patience sorting, in n log n. */
function longestIncreasing(anchors: readonly Anchor[]): Anchor[] {
  const tops: number[] = [];
  const previous = new Int32Array(anchors.length).fill(-1);
  for (const [i, { r }] of anchors.entries()) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((anchors[tops[middle] as number] as Anchor).r < r) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[i] = tops[low - 1] as number;
    tops[low] = i;
  }
  const longest: Anchor[] = [];
  for (let i = tops.at(-1) ?? -1; i >= 0; i = previous[i] as number) longest.push(anchors[i] as Anchor);
  return longest.reverse();
}

function between(anchors: readonly Anchor[], range: Range, partners: Partners): Range[] {
  const gaps: Range[] = [];
  if (anchors.length === 0) return gaps; // without anchors the rest is paired by position
  let { l, r } = range;
  for (const at of anchors) {
    gaps.push({ l, lEnd: at.l, r, rEnd: at.r });
    partners[at.l] = at.r;
    [l, r] = [at.l + 1, at.r + 1];
  }
  gaps.push({ l, lEnd: range.lEnd, r, rEnd: range.rEnd });
  return gaps;
}
