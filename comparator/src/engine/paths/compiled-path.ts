import {
  advance,
  matchOf,
  type Pattern,
  type PatternMatch,
  type PatternState,
  startState,
} from './pattern.ts';
import type { Segment } from './pointer.ts';

/** Compiled paths kept in memory. Patterns with many `**` could need more paths than there is memory. */
const MAX_COMPILED_PATHS = 10_000;

/**
 * What the patterns define for one path. All paths that match the patterns alike share one compiled path: for the
 * pattern `[l, *, x]`, the paths /l/0/x and /l/1/x are the same one.
 */
export type CompiledPath<Rules> = { rules: Rules; at(segment: Segment): CompiledPath<Rules> };

/**
 * The compiled path of the whole document; the others follow from `at`. `rulesOf` gets the match of each pattern, in
 * the order of the patterns.
 */
export function compilePaths<Rules>(
  patterns: readonly Pattern[],
  rulesOf: (matches: readonly PatternMatch[]) => Rules,
): CompiledPath<Rules> {
  const named = new Set(patterns.flat());
  const namesIndexes = [...named].some((segment) => /^[0-9]/.test(segment));
  const known = new Map<string, CompiledPath<Rules>>();

  const compiledPathOf = (states: readonly PatternState[]): CompiledPath<Rules> => {
    const name = JSON.stringify(states);
    const path = known.get(name) ?? newPath(states);
    if (known.size < MAX_COMPILED_PATHS) known.set(name, path);
    return path;
  };
  const newPath = (states: readonly PatternState[]): CompiledPath<Rules> => {
    const children = new Map<string | null, CompiledPath<Rules>>();
    return {
      rules: rulesOf(patterns.map((pattern, i) => matchOf(pattern, states[i] as PatternState))),
      at(segment) {
        const text = typeof segment === 'string' ? segment : namesIndexes ? String(segment) : null;
        const name = text !== null && named.has(text) ? text : null;
        const compiled = children.get(name);
        if (compiled !== undefined) return compiled;
        const child = compiledPathOf(patterns.map((p, i) => advance(p, states[i] as PatternState, name)));
        children.set(name, child);
        return child;
      },
    };
  };
  return compiledPathOf(patterns.map(startState));
}
