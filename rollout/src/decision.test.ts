import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, NEVER } from './decision.ts';
import type { FlagDoubt, FlagState } from './flag-shape.ts';
import { STAGE_NAMES, STAGES } from './stages.ts';

const SINCE = '2026-03-02T01:02:03.004Z';
const staged = (stage: (typeof STAGE_NAMES)[number]): FlagState => ({
  kind: 'staged',
  stage,
  since: SINCE,
  groupId: 'g',
});
const DOUBTS: FlagDoubt[] = [
  'unleash-unknown',
  'flag-missing',
  'flag-off',
  'no-stage',
  'unsafe-stickiness',
  'percent-differs',
];

test.each(DOUBTS)('%s: legacy, no shadow', (doubt) => {
  const decision = decide({ kind: 'doubt', doubt }, 'C000000001', () => true);
  expect(decision).toEqual({ primary: 'legacy', shadow: false, stage: 'off', since: NEVER, reason: doubt });
});

test.each([null, ''])('without a subject (%s): legacy, and nobody is asked in nobody’s name', (subject) => {
  const decision = decide(staged('full'), subject, () => true);
  expect(decision).toMatchObject({ primary: 'legacy', shadow: false, stage: 'full', reason: 'no-subject' });
});

test('a stage that moves no money keeps everyone on the legacy core, whatever the share says', () => {
  for (const stage of STAGE_NAMES.filter((name) => !STAGES[name].movesMoney)) {
    const decision = decide(staged(stage), 'C000000001', () => true);
    expect(decision).toMatchObject({
      primary: 'legacy',
      shadow: STAGES[stage].shadow,
      reason: 'stage-moves-no-money',
    });
  }
});

test('the share is asked at most once a decision', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STAGE_NAMES), fc.boolean(), (stage, isIn) => {
      let asked = 0;
      const decision = decide(staged(stage), 'C000000001', () => {
        asked += 1;
        return isIn;
      });
      expect(asked).toBe(STAGES[stage].movesMoney ? 1 : 0);
      expect(decision.primary).toBe(STAGES[stage].movesMoney && isIn ? 'new' : 'legacy');
      expect(decision).toMatchObject({ stage, since: SINCE, shadow: STAGES[stage].shadow });
    }),
  );
});
