import { expect, test } from 'vitest';
import { evidenceOf, NO_VERDICTS } from '../../testing/evidence.ts';
import { checkEvidence, pooled, strataOf } from './evidence.ts';

const KEY = { basket: 'LARGE' };
const evidenceWith = (change: object) => ({ ...evidenceOf({ match: 1 }), ...change });

test.each([
  ['no strata', { strata: undefined }, '/strata'],
  ['a verdict that is missing', { strata: [{ key: null, verdicts: { match: 1 } }] }, 'mismatch'],
  [
    'an unknown verdict',
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
  ['a time that is not valid', { to: 'yesterday' }, '/to'],
  ['a time without an offset', { to: '2026-01-02T00:00:00' }, '/to'],
  ['an end before the start', { to: '2026-01-01T00:00:00Z' }, 'is before /from'],
  [
    'a count that its histogram does not add up to',
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
])('%s is refused with the name of the field', (_what, change, message) => {
  expect(() => checkEvidence(evidenceWith(change))).toThrow(message);
});

test('further fields are ignored', () => {
  expect(checkEvidence(evidenceWith({ version: 7 })).stage).toBe('shadow');
});

test('the total is the element with key null, or the sum of the strata; equal strata are added up', () => {
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
