import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Place, rootPlace } from './compiled-path.ts';
import { type Reach, reach, type Step } from './pointer.ts';

test('law: a place says of its path what each pattern by itself says', () => {
  const step = fc.constantFrom<Step>('a', 'b', 'c', '1', 0, 1);
  const pattern = fc.array(fc.constantFrom('a', 'b', '1', '*', '**'), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 4 }), fc.array(step, { maxLength: 6 }), (patterns, path) => {
      let place: Place<readonly Reach[]> = rootPlace(patterns, (reached) => reached);
      for (const one of path) place = place.at(one);
      expect(place.facts).toEqual(patterns.map((one) => reach(one, path)));
    }),
    { numRuns: 2_000 },
  );
});

test('paths that are alike to the patterns are one place', () => {
  const root = rootPlace([['l', '*', 'x']], (reached) => reached);
  expect(root.at('l').at(0).at('x')).toBe(root.at('l').at(7).at('x'));
  expect(root.at('other')).toBe(root.at('another'));
});
