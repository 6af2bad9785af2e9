import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StepBudget } from '../step-budget.ts';
import { alignKeyed, alignOrdered, alignUnordered } from './align.ts';
import type { ListPair } from './alignment.ts';
import { commonSubsequence } from './common-subsequence.ts';

const lists = (left: number[], right: number[], isSame: ListPair['isSame'] = null): ListPair => ({
  left,
  right,
  isSame,
  similarity: () => 0,
  isSwapped: false,
  budget: new StepBudget(100_000_000),
});

const matchesOf = (left: number[], right: number[]): [number, number][] => {
  const { budget } = lists(left, right);
  const partners = commonSubsequence(left, right, (l, r) => left[l] === right[r], budget);
  return [...partners].flatMap((r, l): [number, number][] => (r < 0 ? [] : [[l, r]]));
};

/** The length of a longest common subsequence, by the definition. */
function lengthOf(left: readonly number[], right: readonly number[]): number {
  const rows = Array.from({ length: left.length + 1 }, () =>
    Array.from({ length: right.length + 1 }, () => 0),
  );
  for (const [i, l] of left.entries()) {
    for (const [j, r] of right.entries()) {
      const [above, here] = [rows[i] as number[], rows[i + 1] as number[]];
      here[j + 1] = l === r ? (above[j] as number) + 1 : Math.max(above[j + 1] as number, here[j] as number);
    }
  }
  return rows[left.length]?.[right.length] ?? 0;
}

const few = fc.array(fc.nat(4), { maxLength: 30 });

test('law: the common subsequence is the longest, in order and of equal elements', () => {
  fc.assert(
    fc.property(few, few, (left, right) => {
      const matches = matchesOf(left, right);
      expect(matches).toHaveLength(lengthOf(left, right));
      for (const [l, r] of matches) expect(left[l]).toBe(right[r]);
      for (const [i, [l, r]] of matches.entries()) {
        const [nextL, nextR] = matches[i + 1] ?? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
        expect(l < nextL && r < nextR).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('law: an alignment names every element once, and needs no more edits than the common subsequence allows', () => {
  fc.assert(
    fc.property(few, few, (left, right) => {
      const pairs = alignOrdered(lists(left, right));
      const lefts = pairs.flatMap((pair) => (pair.kind === 'added' ? [] : [pair.left]));
      const rights = pairs.flatMap((pair) => (pair.kind === 'removed' ? [] : [pair.right]));
      expect(lefts.sort((a, b) => a - b)).toEqual([...left.keys()]);
      expect(rights.sort((a, b) => a - b)).toEqual([...right.keys()]);
      const differences = pairs.filter(
        (pair) => pair.kind !== 'both' || left[pair.left] !== right[pair.right],
      );
      const edits = left.length + right.length - 2 * lengthOf(left, right);
      expect(differences.length).toBeLessThanOrEqual(edits);
    }),
    { numRuns: 1_000 },
  );
});

test('long lists with few changes are aligned exactly', () => {
  const left = Array.from({ length: 100_000 }, (_, i) => i % 7);
  const right = left.toSpliced(90_000, 1).toSpliced(10, 0, 99).toSpliced(50_000, 0, 98);
  const started = performance.now();
  const pairs = alignOrdered(lists(left, right));
  expect(pairs.filter((pair) => pair.kind !== 'both').map((pair) => pair.kind)).toEqual([
    'added',
    'added',
    'removed',
  ]);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('long lists with more changes than the exact limit keep the elements aligned that stand once on each side', () => {
  const left = Array.from({ length: 6_000 }, (_, i) => i);
  const right = left.map((id) => (id % 2 === 0 ? id : id + 1_000_000)).toSpliced(3_001, 0, 2_000_000);
  const pairs = alignOrdered(lists(left, right));
  expect(pairs.filter((pair) => pair.kind === 'added')).toHaveLength(1);
  expect(pairs.filter((pair) => pair.kind === 'both' && left[pair.left] === right[pair.right])).toHaveLength(
    3_000,
  );
});

test('an element that left one place and stands at another has moved', () => {
  expect(alignOrdered(lists([1, 2, 3, 4], [2, 3, 9, 1]))).toEqual([
    { kind: 'moved', left: 0, right: 3 },
    { kind: 'both', left: 1, right: 0 },
    { kind: 'both', left: 2, right: 1 },
    { kind: 'both', left: 3, right: 2 },
  ]);
});

test('in an unordered list as many elements as possible are paired under a tolerance', () => {
  const isNear = (left: number[], right: number[]) => (l: number, r: number) =>
    Math.abs((left[l] as number) - (right[r] as number)) <= 1;
  const [left, right] = [
    [2, 1],
    [2, 3],
  ];
  expect(alignUnordered(lists(left, right, isNear(left, right)))).toEqual([
    { kind: 'both', left: 0, right: 1 },
    { kind: 'both', left: 1, right: 0 },
  ]);
});

test('a key that stands twice on one side is one more element; elements without a key keep their order', () => {
  expect(alignKeyed([1, 2, 0], [2, 1, 1, 0])).toEqual([
    { kind: 'both', left: 0, right: 1 },
    { kind: 'both', left: 1, right: 0 },
    { kind: 'both', left: 2, right: 3 },
    { kind: 'added', right: 2 },
  ]);
});
