import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CompiledPath, compilePaths } from './compiled-path.ts';
import { matchPattern, type PatternMatch } from './pattern.ts';
import type { Segment } from './pointer.ts';

test('law: a compiled path has the match of each pattern on its own', () => {
  const segment = fc.constantFrom<Segment>('a', 'b', 'c', '1', 0, 1);
  const pattern = fc.array(fc.constantFrom('a', 'b', '1', '*', '**'), { maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(pattern, { maxLength: 4 }),
      fc.array(segment, { maxLength: 6 }),
      (patterns, path) => {
        let compiled: CompiledPath<readonly PatternMatch[]> = compilePaths(patterns, (found) => found);
        for (const one of path) compiled = compiled.at(one);
        expect(compiled.rules).toEqual(patterns.map((one) => matchPattern(one, path)));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('paths that match the patterns alike share one compiled path', () => {
  const root = compilePaths([['l', '*', 'x']], (found) => found);
  expect(root.at('l').at(0).at('x')).toBe(root.at('l').at(7).at('x'));
  expect(root.at('other')).toBe(root.at('another'));
});
