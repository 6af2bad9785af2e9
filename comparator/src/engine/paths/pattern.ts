import type { Segment } from './pointer.ts';

/** The segments of a pattern: a pointer in which `*` is any one segment and `**` any number of segments. */
export type Pattern = readonly string[];

/** How a pattern matches a path: the path itself, a path above it, or possibly a path below it. */
export type PatternMatch = { isHere: boolean; isAbove: boolean; mayBeBelow: boolean };

/**
 * A pattern after some segments of a path, as a state of a nondeterministic automaton: all positions that the pattern
 * can be at, and whether the pattern ended before the last segment.
 */
export type PatternState = { positions: readonly number[]; isAbove: boolean };

export function startState(pattern: Pattern): PatternState {
  return { positions: withEmptyWildcards(pattern, [0]), isAbove: false };
}

/** The state after one more segment; null stands for any segment that the pattern does not name. */
export function advance(pattern: Pattern, state: PatternState, segment: string | null): PatternState {
  const next: number[] = [];
  for (const at of state.positions) {
    const expected = pattern[at];
    if (expected === '**') next.push(at);
    else if (expected === '*' || (expected === segment && expected !== undefined)) next.push(at + 1);
  }
  const isAbove = state.isAbove || state.positions.includes(pattern.length);
  return { positions: withEmptyWildcards(pattern, next), isAbove };
}

export function matchOf(pattern: Pattern, { positions, isAbove }: PatternState): PatternMatch {
  return {
    isAbove,
    isHere: positions.includes(pattern.length),
    mayBeBelow: positions.some((at) => at < pattern.length),
  };
}

/** Walks the path once with all positions of the pattern, so the time grows with the length even for many `**`. */
export function matchPattern(pattern: Pattern, path: readonly Segment[]): PatternMatch {
  let state = startState(pattern);
  for (const segment of path) state = advance(pattern, state, String(segment));
  return matchOf(pattern, state);
}

/** The positions, and the positions after each `**` that matches no segment. Each position is listed once. */
function withEmptyWildcards(pattern: Pattern, positions: readonly number[]): number[] {
  const all: number[] = [];
  for (let at of positions) {
    while (!all.includes(at)) {
      all.push(at);
      if (pattern[at] === '**') at += 1;
    }
  }
  return all;
}

/** Whether the pattern matches exactly this path. */
export function matches(pattern: Pattern, path: readonly Segment[]): boolean {
  return matchPattern(pattern, path).isHere;
}

/** Whether the pattern matches this path or a path above it. */
export function covers(pattern: Pattern, path: readonly Segment[]): boolean {
  const { isHere, isAbove } = matchPattern(pattern, path);
  return isHere || isAbove;
}
