import { expect, test } from 'vitest';
import { judgementOf, unknown } from '../gate/judgement.ts';
import { stageOf } from '../plan.ts';
import { planOf } from '../plan-testing.ts';
import { blocksOf, duration } from './blocks.ts';
import { kstMidnightsBetween } from './kst.ts';

const PASS = judgementOf([], []);
const plan = planOf({
  approvals: 1,
  freezes: [
    { from: '2026-12-30T00:00:00+09:00', to: '2027-01-03T00:00:00+09:00', because: 'year-end closing' },
  ],
});
const snapshot = (enteredClock: string, clock: string, approvals: string[] = ['H. Lee'], held = false) => ({
  inForce: {
    stage: 'ramp-1',
    since: '2026-01-01T00:00:00.000Z',
    held,
    enteredClock: new Date(enteredClock),
    before: null,
  },
  clock: new Date(clock),
  approvals: approvals.map((by) => ({ by, planHash: plan.hash })),
});
const codes = (given: ReturnType<typeof snapshot>, stage = 'ramp-1', judgement = PASS) =>
  blocksOf(plan, stageOf(plan, stage), given, judgement).map(({ code }) => code);

test('nothing blocks a stage that has passed, lasted over a midnight and been approved', () => {
  expect(codes(snapshot('2026-01-02T22:00:00+09:00', '2026-01-03T00:00:00+09:00'))).toEqual([]);
});

test.each([
  [
    'a second before midnight in Korea',
    snapshot('2026-01-02T20:00:00+09:00', '2026-01-02T23:59:59+09:00'),
    ['MIDNIGHT'],
  ],
  ['a midnight in UTC only', snapshot('2026-01-02T23:00:00Z', '2026-01-03T14:59:59Z'), ['MIDNIGHT']],
  [
    'too short, though over midnight',
    snapshot('2026-01-02T23:59:58+09:00', '2026-01-03T00:00:02+09:00'),
    ['BAKE'],
  ],
  [
    'without an approval',
    snapshot('2026-01-02T22:00:00+09:00', '2026-01-03T01:00:00+09:00', []),
    ['APPROVAL'],
  ],
  ['stopped', snapshot('2026-01-02T22:00:00+09:00', '2026-01-03T01:00:00+09:00', ['x'], true), ['HELD']],
  ['in a freeze', snapshot('2026-12-29T22:00:00+09:00', '2026-12-30T00:00:00+09:00'), ['FREEZE']],
  ['after a freeze', snapshot('2026-12-29T22:00:00+09:00', '2027-01-03T00:00:00+09:00'), []],
])('%s', (_what, given, expected) => {
  expect(codes(given)).toEqual(expected);
});

test('an approval of another version of the plan does not count, and is told', () => {
  const given = snapshot('2026-01-02T22:00:00+09:00', '2026-01-03T00:00:00+09:00');
  const edited = planOf({ approvals: 1, bake: { minutes: 1, kstMidnights: 1 } });
  expect(blocksOf(edited, stageOf(edited, 'ramp-1'), given, PASS)).toEqual([
    {
      code: 'APPROVAL',
      detail: '1 approval missing: `rollout approve` (1 of another version of the plan)',
    },
  ]);
});

test('all that blocks is told, the approval last', () => {
  const given = snapshot('2026-01-02T20:00:00+09:00', '2026-01-02T20:01:00+09:00', []);
  expect(codes(given, 'ramp-1', unknown('LOSS', 'lost'))).toEqual(['GATE', 'BAKE', 'MIDNIGHT', 'APPROVAL']);
});

test('a stage without shadow need not last; the last stage leads nowhere', () => {
  expect(codes(snapshot('2026-01-02T20:00:00+09:00', '2026-01-02T20:01:00+09:00'), 'off')).toEqual([]);
  expect(codes(snapshot('2026-01-02T20:00:00+09:00', '2026-01-05T20:01:00+09:00'), 'full')).toEqual([
    'LAST_STAGE',
  ]);
});

test.each([
  ['2026-01-02T14:59:58Z', '2026-01-02T15:00:02Z', 1],
  ['2026-01-02T15:00:00Z', '2026-01-03T14:59:59Z', 0],
  ['2026-01-02T15:00:00Z', '2026-01-05T15:00:00Z', 3],
  ['2026-01-05T15:00:00Z', '2026-01-02T15:00:00Z', 0],
])('from %s to %s: %i midnights in Korea', (from, to, midnights) => {
  expect(kstMidnightsBetween(new Date(from), new Date(to))).toBe(midnights);
});

test.each([
  [0, '0 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [3_660_001, '1 h 1 min'],
])('%i ms is %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
