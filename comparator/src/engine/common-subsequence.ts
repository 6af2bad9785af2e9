/** Two elements, by their indexes, that stand for each other. */
export type Match = readonly [left: number, right: number];

/**
 * Insertions and deletions sought exactly. The work grows with elements x edits and the memory with edits^2: 1,500
 * are 10 MB and some milliseconds, and any two lists of together 1,500 elements are aligned exactly.
 */
const MAX_EDITS = 1_500;

type Range = { l: number; lEnd: number; r: number; rEnd: number };

/**
 * A longest common subsequence (Myers 1986), exact up to {@link MAX_EDITS}; beyond, the elements that stand once on
 * each side are aligned first, and what lies between them exactly again. `isSame` need not be transitive (a tolerance
 * is not); `ids` are equal only for equal elements.
 */
export function commonSubsequence(
  left: readonly number[],
  right: readonly number[],
  isSame: (left: number, right: number) => boolean = (l, r) => left[l] === right[r],
): Match[] {
  const matches: Match[] = [];
  const todo: Range[] = [{ l: 0, lEnd: left.length, r: 0, rEnd: right.length }];
  for (let range = todo.pop(); range !== undefined; range = todo.pop()) {
    const inner = trimmed(range, isSame, matches);
    if (inner.l === inner.lEnd || inner.r === inner.rEnd) continue;
    const exact = shortestEdit(inner, isSame);
    if (exact !== null) matches.push(...exact);
    else todo.push(...between(uniqueAnchors(left, right, inner), inner, matches));
  }
  return matches.sort(([a], [b]) => a - b);
}

/** Takes off what both have at their beginning and end. */
function trimmed(range: Range, isSame: (l: number, r: number) => boolean, matches: Match[]): Range {
  let { l, lEnd, r, rEnd } = range;
  while (l < lEnd && r < rEnd && isSame(l, r)) matches.push([l++, r++]);
  while (l < lEnd && r < rEnd && isSame(lEnd - 1, rEnd - 1)) matches.push([--lEnd, --rEnd]);
  return { l, lEnd, r, rEnd };
}

function shortestEdit(
  { l, lEnd, r, rEnd }: Range,
  isSame: (l: number, r: number) => boolean,
): Match[] | null {
  const [n, m] = [lEnd - l, rEnd - r];
  const limit = Math.min(n + m, MAX_EDITS);
  const furthest = new Int32Array(2 * limit + 3); // by diagonal x - y, shifted by limit + 1
  const rounds: Int32Array[] = [];
  for (let edits = 0; edits <= limit; edits += 1) {
    rounds.push(furthest.slice(limit + 1 - edits - 1, limit + 1 + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const at = limit + 1 + k;
      const [below, above] = [furthest[at - 1] as number, furthest[at + 1] as number];
      let x = k === -edits || (k !== edits && below < above) ? above : below + 1;
      while (x < n && x - k < m && isSame(l + x, r + x - k)) x += 1;
      furthest[at] = x;
      if (x >= n && x - k >= m) return traced(rounds, edits, { l, lEnd, r, rEnd });
    }
  }
  return null;
}

/** Walks back from the end through what each round had reached; diagonals are matches. */
function traced(rounds: readonly Int32Array[], edits: number, { l, lEnd, r, rEnd }: Range): Match[] {
  const matches: Match[] = [];
  let [x, y] = [lEnd - l, rEnd - r];
  for (let d = edits; d >= 0; d -= 1) {
    const round = rounds[d] as Int32Array; // diagonals -d - 1 .. d + 1 before round d
    const k = x - y;
    const [below, above] = [round[k - 1 + d + 1] as number, round[k + 1 + d + 1] as number];
    const isDown = k === -d || (k !== d && below < above);
    const previousX = d === 0 ? 0 : isDown ? above : below;
    const previousY = d === 0 ? 0 : previousX - (isDown ? k + 1 : k - 1);
    while (x > previousX && y > previousY) matches.push([l + --x, r + --y]);
    [x, y] = [previousX, previousY];
  }
  return matches;
}

/** Elements that stand once on each side of the range, as many as are in one order on both. */
function uniqueAnchors(left: readonly number[], right: readonly number[], range: Range): Match[] {
  const inLeft = singles(left, range.l, range.lEnd);
  const inRight = singles(right, range.r, range.rEnd);
  const both: Match[] = [];
  for (const [id, l] of inLeft) {
    const r = inRight.get(id);
    if (l >= 0 && r !== undefined && r >= 0) both.push([l, r]);
  }
  return longestIncreasing(both.sort(([a], [b]) => a - b));
}

/** Where each id stands; -1 when it stands more than once. */
function singles(ids: readonly number[], from: number, to: number): Map<number, number> {
  const found = new Map<number, number>();
  for (let i = from; i < to; i += 1) found.set(ids[i] as number, found.has(ids[i] as number) ? -1 : i);
  return found;
}

/** Patience sorting: n log n. */
function longestIncreasing(matches: readonly Match[]): Match[] {
  const tops: number[] = [];
  const previous = new Int32Array(matches.length).fill(-1);
  for (const [i, [, r]] of matches.entries()) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((matches[tops[middle] as number] as Match)[1] < r) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[i] = tops[low - 1] as number;
    tops[low] = i;
  }
  const longest: Match[] = [];
  for (let i = tops.at(-1) ?? -1; i >= 0; i = previous[i] as number) longest.unshift(matches[i] as Match);
  return longest;
}

function between(anchors: readonly Match[], range: Range, matches: Match[]): Range[] {
  const gaps: Range[] = [];
  if (anchors.length === 0) return gaps; // nothing stands once: the rest is paired in order
  let { l, r } = range;
  for (const [lAt, rAt] of anchors) {
    gaps.push({ l, lEnd: lAt, r, rEnd: rAt });
    matches.push([lAt, rAt]);
    [l, r] = [lAt + 1, rAt + 1];
  }
  gaps.push({ l, lEnd: range.lEnd, r, rEnd: range.rEnd });
  return gaps;
}
