import { expect, test } from 'vitest';
import { cohortStrategy, isRamp, rampStrategy, readFlag } from './flag-shape.ts';
import { STAGE_NAMES } from './stages.ts';

const SINCE = '2026-03-02T01:02:03.004Z';
const flag = (...strategies: object[]) => ({ enabled: true, strategies: strategies as never[] });

test.each(STAGE_NAMES)('stage %s is read back as it was written', (stage) => {
  const state = readFlag(flag(rampStrategy(stage, SINCE, 'g')));
  expect(state).toEqual({ kind: 'staged', stage, since: SINCE, groupId: 'g' });
});

test('cohorts beside the ramp do not hide the stage', () => {
  const cohort = cohortStrategy('team', ['C000000001'], 'g', true);
  expect(isRamp(cohort)).toBe(false);
  expect(readFlag(flag(cohort, rampStrategy('team', SINCE, 'g')))).toMatchObject({ stage: 'team' });
});

test('a flag switched off says nothing', () => {
  expect(readFlag({ ...flag(rampStrategy('full', SINCE, 'g')), enabled: false })).toEqual({
    kind: 'doubt',
    doubt: 'flag-off',
  });
});

test.each(['default', 'random', 'sessionId', undefined])('stickiness %s is refused', (stickiness) => {
  const ramp = rampStrategy('full', SINCE, 'g');
  const changed = { ...ramp, parameters: { ...ramp.parameters, stickiness } };
  expect(readFlag(flag(changed))).toEqual({ kind: 'doubt', doubt: 'unsafe-stickiness' });
});

test('a strategy somebody added beside the ramp is refused, because its buckets are not the customers', () => {
  const state = readFlag(flag(rampStrategy('shadow', SINCE, 'g'), { name: 'default', parameters: {} }));
  expect(state).toEqual({ kind: 'doubt', doubt: 'unsafe-stickiness' });
});

test('a share turned by hand contradicts the stage', () => {
  const ramp = rampStrategy('ramp-10', SINCE, 'g');
  const turned = { ...ramp, parameters: { ...ramp.parameters, rollout: '100' } };
  expect(readFlag(flag(turned))).toEqual({ kind: 'doubt', doubt: 'percent-differs' });
});

test.each([
  ['no strategy', []],
  ['no variant', [{ ...rampStrategy('full', SINCE, 'g'), variants: [] }]],
  ['an unknown stage', [{ ...rampStrategy('full', SINCE, 'g'), variants: [{ name: 'ramp-7' }] }]],
  ['no instant', [{ ...rampStrategy('full', SINCE, 'g'), variants: [{ name: 'full' }] }]],
  ['an instant that is none', [rampStrategy('full', 'yesterday', 'g')]],
])('a flag with %s says no stage', (_what, strategies) => {
  expect(readFlag(flag(...strategies))).toEqual({ kind: 'doubt', doubt: 'no-stage' });
});
