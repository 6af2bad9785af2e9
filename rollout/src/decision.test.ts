import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf } from './bucket.ts';
import { decide, NEVER } from './decision.ts';
import type { FlagDoubt, FlagState } from './flag-shape.ts';
import { STAGE_NAMES, STAGES } from './stages.ts';

const SINCE = '2026-03-02T01:02:03.004Z';
const staged = (stage: (typeof STAGE_NAMES)[number], change: object = {}): FlagState => {
  const { percent, shadow, primary } = STAGES[stage];
  const members = new Set(['C-team']);
  return {
    kind: 'staged',
    stage,
    since: SINCE,
    percent,
    shadow,
    primary,
    groupId: 'g',
    members,
    ...change,
  } as FlagState;
};
const DOUBTS: FlagDoubt[] = [
  'unleash-unknown',
  'override-unknown',
  'flag-missing',
  'flag-off',
  'no-stage',
  'unsafe-stickiness',
  'foreign-strategy',
  'percent-differs',
];
const noDraw = (): number => {
  throw new Error('nothing is drawn here');
};

test.each(DOUBTS)('%s: legacy, no shadow', (doubt) => {
  const decision = decide({ kind: 'doubt', doubt }, 'C000000001', noDraw);
  expect(decision).toEqual({ primary: 'legacy', shadow: false, stage: 'off', since: NEVER, reason: doubt });
});

test.each([null, ''])('without a subject (%s): legacy, and nobody is asked in nobody’s name', (subject) => {
  const decision = decide(staged('full'), subject, noDraw);
  expect(decision).toMatchObject({ primary: 'legacy', shadow: false, stage: 'full', reason: 'no-subject' });
});

test('a stage that moves no money keeps everyone on the legacy core, whatever the share says', () => {
  for (const stage of ['off', 'shadow'] as const) {
    const decision = decide(staged(stage), 'C000000001', noDraw);
    const shadow = stage === 'shadow';
    expect(decision).toMatchObject({ primary: 'legacy', shadow, reason: 'stage-moves-no-money' });
  }
});

test('a customer is on the new core by bucket or by cohort, where money moves', () => {
  const ids = fc.oneof(fc.constant('C-team'), fc.string({ minLength: 1 }));
  fc.assert(
    fc.property(fc.constantFrom(...STAGE_NAMES), ids, (stage, id) => {
      const decision = decide(staged(stage), id, noDraw);
      const isIn = id === 'C-team' || bucketOf('g', id) <= STAGES[stage].percent;
      expect(decision.primary).toBe(STAGES[stage].primary === 'new' && isIn ? 'new' : 'legacy');
      expect(decision).toMatchObject({ stage, since: SINCE });
    }),
  );
});

test('a stage that samples its shadows draws for each request', () => {
  const some = staged('shadow', { shadow: 0.25 });
  expect(decide(some, 'C1', () => 0.249).shadow).toBe(true);
  expect(decide(some, 'C1', () => 0.25).shadow).toBe(false);
});
