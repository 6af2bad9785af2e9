import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, NEVER } from './decision.ts';
import type { FlagDoubt, FlagState } from './flag-shape.ts';
import { STAGE_NAMES, STAGES } from './stages.ts';

const SINCE = '2026-03-02T01:02:03.004Z';
const staged = (stage: (typeof STAGE_NAMES)[number], change: object = {}): FlagState => {
  const { percent, shadow, primary } = STAGES[stage];
  return { kind: 'staged', stage, since: SINCE, percent, shadow, primary, ...change };
};
const DOUBTS: FlagDoubt[] = [
  'unleash-unknown',
  'override-unknown',
  'flag-missing',
  'flag-off',
  'no-stage',
  'unsafe-stickiness',
  'percent-differs',
];
const noDraw = (): number => {
  throw new Error('nothing is drawn here');
};

test.each(DOUBTS)('%s: legacy, no shadow', (doubt) => {
  const decision = decide({ kind: 'doubt', doubt }, 'C000000001', () => true, noDraw);
  expect(decision).toEqual({ primary: 'legacy', shadow: false, stage: 'off', since: NEVER, reason: doubt });
});

test.each([null, ''])('without a subject (%s): legacy, and nobody is asked in nobody’s name', (subject) => {
  const decision = decide(staged('full'), subject, () => true, noDraw);
  expect(decision).toMatchObject({ primary: 'legacy', shadow: false, stage: 'full', reason: 'no-subject' });
});

test('a stage that moves no money keeps everyone on the legacy core, whatever the share says', () => {
  for (const stage of ['off', 'shadow'] as const) {
    const decision = decide(staged(stage), 'C000000001', () => true, noDraw);
    const shadow = stage === 'shadow';
    expect(decision).toMatchObject({ primary: 'legacy', shadow, reason: 'stage-moves-no-money' });
  }
});

test('the share is asked at most once a decision', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STAGE_NAMES), fc.boolean(), (stage, isIn) => {
      let asked = 0;
      const inShare = () => {
        asked += 1;
        return isIn;
      };
      const decision = decide(staged(stage), 'C000000001', inShare, noDraw);
      const movesMoney = STAGES[stage].primary === 'new';
      expect(asked).toBe(movesMoney ? 1 : 0);
      expect(decision.primary).toBe(movesMoney && isIn ? 'new' : 'legacy');
      expect(decision).toMatchObject({ stage, since: SINCE });
    }),
  );
});

test('a stage that samples its shadows draws for each request', () => {
  const some = staged('shadow', { shadow: 0.25 });
  expect(
    decide(
      some,
      'C1',
      () => false,
      () => 0.249,
    ).shadow,
  ).toBe(true);
  expect(
    decide(
      some,
      'C1',
      () => false,
      () => 0.25,
    ).shadow,
  ).toBe(false);
});
