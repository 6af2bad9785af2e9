import type { Work } from '../step-budget.ts';

/** Numbers that stand for the elements of a list; equal only for equal elements. */
export type Ids = ArrayLike<number>;
type IsSame = (left: number, right: number) => boolean;

/**
 * Insertions and deletions sought exactly. The work grows with elements x edits and the memory with edits^2: 1,500
 * are 10 MB and some milliseconds, and any two lists of together 1,500 elements are aligned exactly.
 */
const MAX_EDITS = 1_500;
/** Steps to look up one element that may stand once on each side. */
const ANCHORED = 10;

type Range = { l: number; lEnd: number; r: number; rEnd: number };

/** What stands for what: the right index of every left one, or -1. */
export type Partners = Int32Array;

/**
 * A longest common subsequence (Myers 1986), exact up to {@link MAX_EDITS}; beyond, the elements that stand once on
 * each side are aligned first, and what lies between them exactly again. `isSame` need not be transitive (a tolerance
 * is not). When no steps are left, what was found until then is a common subsequence all the same.
 */
export function commonSubsequence(left: Ids, right: Ids, isSame: IsSame, work: Work): Partners {
  const partners = new Int32Array(left.length).fill(-1);
  const todo: Range[] = [{ l: 0, lEnd: left.length, r: 0, rEnd: right.length }];
  for (let range = todo.pop(); range !== undefined; range = todo.pop()) {
    const inner = trimmed(range, isSame, partners, work);
    if (work.isSpent) break;
    if (inner.l === inner.lEnd || inner.r === inner.rEnd) continue;
    if (shortestEdit(inner, isSame, partners, work)) continue;
    for (const gap of between(uniqueAnchors(left, right, inner, work), inner, partners)) todo.push(gap);
  }
  return partners;
}

/** Takes off what both have at their beginning and end. */
function trimmed(range: Range, isSame: IsSame, partners: Partners, work: Work): Range {
  let { l, lEnd, r, rEnd } = range;
  while (l < lEnd && r < rEnd && isSame(l, r)) partners[l++] = r++;
  while (l < lEnd && r < rEnd && isSame(lEnd - 1, rEnd - 1)) partners[--lEnd] = --rEnd;
  work.spend(1 + l - range.l + range.lEnd - lEnd);
  return { l, lEnd, r, rEnd };
}

/** False: it takes more edits than are sought, or more steps than are left. */
function shortestEdit({ l, lEnd, r, rEnd }: Range, isSame: IsSame, partners: Partners, work: Work): boolean {
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
      if (!work.spend(1 + x - start)) return false;
    }
  }
  return false;
}

/** Walks back from the end through what each round had reached; diagonals are matches. */
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

/** Elements that stand once on each side of the range, as many as are in one order on both. */
function uniqueAnchors(left: Ids, right: Ids, range: Range, work: Work): Anchor[] {
  if (!work.spend(ANCHORED * (range.lEnd - range.l + range.rEnd - range.r))) return [];
  const inLeft = singles(left, range.l, range.lEnd);
  const inRight = singles(right, range.r, range.rEnd);
  const both: Anchor[] = [];
  for (const [id, l] of inLeft) {
    const r = inRight.get(id);
    if (l >= 0 && r !== undefined && r >= 0) both.push({ l, r });
  }
  return longestIncreasing(both.sort((a, b) => a.l - b.l));
}

/** Where each id stands; -1 when it stands more than once. */
function singles(ids: Ids, from: number, to: number): Map<number, number> {
  const found = new Map<number, number>();
  for (let i = from; i < to; i += 1) found.set(ids[i] as number, found.has(ids[i] as number) ? -1 : i);
  return found;
}

/** Patience sorting: n log n. */
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
  if (anchors.length === 0) return gaps; // nothing stands once: the rest is paired in order
  let { l, r } = range;
  for (const at of anchors) {
    gaps.push({ l, lEnd: at.l, r, rEnd: at.r });
    partners[at.l] = at.r;
    [l, r] = [at.l + 1, at.r + 1];
  }
  gaps.push({ l, lEnd: range.lEnd, r, rEnd: range.rEnd });
  return gaps;
}
