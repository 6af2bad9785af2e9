import { expect, test } from 'vitest';
import { planOf } from '../../testing/plan.ts';
import { judgementOf, unknown } from '../gate/judgement.ts';
import { stageOf } from '../plan/plan.ts';
import { blocksOf, duration } from './blocks.ts';

const PASS = judgementOf([], []);
const plan = planOf({
  approvals: 1,
  freezes: [{ from: '2026-12-30T00:00:00+01:00', to: '2027-01-03T00:00:00+01:00', because: 'holidays' }],
});
const snapshot = (enteredClock: string, clock: string, approvals: string[] = ['H. Lee'], held = false) => ({
  current: {
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

test('nothing blocks a stage with a passed gate, a midnight and an approval', () => {
  expect(codes(snapshot('2026-01-02T22:00:00+01:00', '2026-01-03T00:00:00+01:00'))).toEqual([]);
});

test.each([
  [
    'a second before midnight in the time zone of the plan',
    snapshot('2026-01-02T20:00:00+01:00', '2026-01-02T23:59:59+01:00'),
    ['MIDNIGHT'],
  ],
  ['a midnight in UTC only', snapshot('2026-01-02T23:00:00Z', '2026-01-03T22:59:59Z'), ['MIDNIGHT']],
  [
    'too short, although a midnight has passed',
    snapshot('2026-01-02T23:59:58+01:00', '2026-01-03T00:00:02+01:00'),
    ['BAKE'],
  ],
  [
    'without an approval',
    snapshot('2026-01-02T22:00:00+01:00', '2026-01-03T01:00:00+01:00', []),
    ['APPROVAL'],
  ],
  ['held', snapshot('2026-01-02T22:00:00+01:00', '2026-01-03T01:00:00+01:00', ['x'], true), ['HELD']],
  ['in a freeze', snapshot('2026-12-29T22:00:00+01:00', '2026-12-30T00:00:00+01:00'), ['FREEZE']],
  ['after a freeze', snapshot('2026-12-29T22:00:00+01:00', '2027-01-03T00:00:00+01:00'), []],
])('%s', (_what, given, expected) => {
  expect(codes(given)).toEqual(expected);
});

test('an approval for another version of the plan does not count, and is mentioned', () => {
  const given = snapshot('2026-01-02T22:00:00+01:00', '2026-01-03T00:00:00+01:00');
  const edited = planOf({ approvals: 1, bake: { minutes: 1, midnights: 1 } });
  expect(blocksOf(edited, stageOf(edited, 'ramp-1'), given, PASS)).toEqual([
    {
      code: 'APPROVAL',
      detail: '1 approval missing: `rollout approve` (1 for another version of the plan)',
    },
  ]);
});

test('all blocks are returned, the approval last', () => {
  const given = snapshot('2026-01-02T20:00:00+01:00', '2026-01-02T20:01:00+01:00', []);
  expect(codes(given, 'ramp-1', unknown('LOSS', 'lost'))).toEqual(['GATE', 'BAKE', 'MIDNIGHT', 'APPROVAL']);
});

test('a stage without shadow has no bake time; the last stage has no next stage', () => {
  expect(codes(snapshot('2026-01-02T20:00:00+01:00', '2026-01-02T20:01:00+01:00'), 'off')).toEqual([]);
  expect(codes(snapshot('2026-01-02T20:00:00+01:00', '2026-01-05T20:01:00+01:00'), 'full')).toEqual([
    'LAST_STAGE',
  ]);
});

test.each([
  [0, '0 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [3_660_001, '1 h 1 min'],
])('%i ms is %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
