import { expect, test } from 'vitest';
import { checkEvidence, pooled, strataOf } from './evidence.ts';
import { evidenceOf, NO_VERDICTS } from './testing.ts';

const KEY = { product: 'DEPOSIT' };
const evidenceWith = (change: object) => ({ ...evidenceOf({ match: 1 }), ...change });

test.each([
  ['no strata', { strata: undefined }, '/strata'],
  ['a verdict left out', { strata: [{ key: null, verdicts: { match: 1 } }] }, 'mismatch'],
  [
    'a verdict nobody knows',
    { strata: [{ key: null, verdicts: { ...NO_VERDICTS, fine: 1 } }] },
    '/strata/0/verdicts/fine',
  ],
  [
    'a negative count',
    { strata: [{ key: null, verdicts: { ...NO_VERDICTS, match: -1 } }] },
    '/strata/0/verdicts/match',
  ],
  [
    'half a count',
    { strata: [{ key: null, verdicts: { ...NO_VERDICTS, match: 0.5 } }] },
    '/strata/0/verdicts/match',
  ],
  [
    'a count as text',
    { strata: [{ key: null, verdicts: { ...NO_VERDICTS, match: '1' } }] },
    '/strata/0/verdicts/match',
  ],
  [
    'a count beyond what a number can hold',
    { strata: [{ key: null, verdicts: { ...NO_VERDICTS, match: 2 ** 53 } }] },
    'match',
  ],
  ['a time that is none', { to: 'yesterday' }, '/to'],
  ['a time without an offset', { to: '2026-01-02T00:00:00' }, '/to'],
  ['an end before its beginning', { to: '2026-01-01T00:00:00Z' }, 'is before /from'],
  [
    'a count of times that its histogram does not have',
    { latency: { legacy: { n: 2, histogram: [[1, 1]] } } },
    '/latency/legacy/n',
  ],
  [
    'a total that its strata do not add up to',
    {
      strata: [
        ...evidenceOf([
          [null, { match: 9 }],
          [KEY, { match: 8 }],
        ]).strata,
      ],
    },
    'match is 9',
  ],
])('%s is refused by name', (_what, change, message) => {
  expect(() => checkEvidence(evidenceWith(change))).toThrow(message);
});

test('a source may say more than is read', () => {
  expect(checkEvidence(evidenceWith({ version: 7 })).stage).toBe('shadow');
});

test('all together is the total, or the sum of the strata; a stratum named twice is one', () => {
  const evidence = evidenceOf([
    [{ a: '1', b: '2' }, { match: 3 }],
    [
      { b: '2', a: '1' },
      { match: 4, dropped: 1 },
    ],
  ]);
  expect(pooled(evidence)).toMatchObject({ match: 7, dropped: 1 });
  expect(strataOf(evidence)).toHaveLength(1);
  expect(pooled(evidenceOf({ match: 5 }))).toMatchObject({ match: 5 });
});
