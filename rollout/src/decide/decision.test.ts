import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FlagDoubt, FlagState } from '../flag/flag-shape.ts';
import { STAGE_NAMES, STAGES } from '../plan/stages.ts';
import { bucketOf } from './bucket.ts';
import { decide, NEVER } from './decision.ts';

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
  'entry-over',
];
const noRandom = (): number => {
  throw new Error('no random number is needed here');
};

test.each(DOUBTS)('%s: the legacy core without shadow', (doubt) => {
  const decision = decide({ kind: 'doubt', doubt }, 'C000000001', noRandom);
  expect(decision).toEqual({ primary: 'legacy', shadow: false, stage: 'off', since: NEVER, reason: doubt });
});

test.each([null, ''])('without a subject (%s): the legacy core, and no shadow', (subject) => {
  const decision = decide(staged('full'), subject, noRandom);
  expect(decision).toMatchObject({ primary: 'legacy', shadow: false, stage: 'full', reason: 'no-subject' });
});

test('in a stage that moves no money every customer is on the legacy core, whatever the share is', () => {
  for (const stage of ['off', 'shadow'] as const) {
    const decision = decide(staged(stage), 'C000000001', noRandom);
    const shadow = stage === 'shadow';
    expect(decision).toMatchObject({ primary: 'legacy', shadow, reason: 'stage-moves-no-money' });
  }
});

test('in a stage that moves money a customer is on the new core by bucket or by cohort', () => {
  const ids = fc.oneof(fc.constant('C-team'), fc.string({ minLength: 1 }));
  fc.assert(
    fc.property(fc.constantFrom(...STAGE_NAMES), ids, (stage, id) => {
      const decision = decide(staged(stage), id, noRandom);
      const isIn = id === 'C-team' || bucketOf('g', id) <= STAGES[stage].percent;
      expect(decision.primary).toBe(STAGES[stage].primary === 'new' && isIn ? 'new' : 'legacy');
      expect(decision).toMatchObject({ stage, since: SINCE });
    }),
  );
});

test('a stage with a shadow share below 1 draws a random number per request', () => {
  const some = staged('shadow', { shadow: 0.25 });
  expect(decide(some, 'C1', () => 0.249).shadow).toBe(true);
  expect(decide(some, 'C1', () => 0.25).shadow).toBe(false);
});
