import { expect, test } from 'vitest';
import { cohortStrategy, isRamp, rampStrategy, readFlag } from './flag-shape.ts';
import { STAGE_NAMES, STAGES } from './stages.ts';

const SINCE = '2026-03-02T01:02:03.004Z';
const flag = (...strategies: object[]) => ({ enabled: true, strategies: strategies as never[] });
const ramp = (stage: keyof typeof STAGES, since = SINCE) =>
  rampStrategy({ stage, ...STAGES[stage] }, since, 'g');

test.each(STAGE_NAMES)('stage %s is read back as it was written', (stage) => {
  const { percent, shadow, primary } = STAGES[stage];
  expect(readFlag(flag(ramp(stage)))).toEqual({
    kind: 'staged',
    stage,
    since: SINCE,
    percent,
    shadow,
    primary,
  });
});

test('cohorts beside the ramp do not hide the stage', () => {
  const cohort = cohortStrategy('team', 7, 'g', true);
  expect(isRamp(cohort)).toBe(false);
  expect(readFlag(flag(cohort, ramp('team')))).toMatchObject({ stage: 'team' });
});

test('a flag switched off says nothing', () => {
  expect(readFlag({ ...flag(ramp('full')), enabled: false })).toEqual({ kind: 'doubt', doubt: 'flag-off' });
});

test.each(['default', 'random', 'sessionId', undefined])('stickiness %s is refused', (stickiness) => {
  const full = ramp('full');
  const changed = { ...full, parameters: { ...full.parameters, stickiness } };
  expect(readFlag(flag(changed))).toEqual({ kind: 'doubt', doubt: 'unsafe-stickiness' });
});

test('a strategy somebody added beside the ramp is refused, because its buckets are not the customers', () => {
  const state = readFlag(flag(ramp('shadow'), { name: 'default', parameters: {} }));
  expect(state).toEqual({ kind: 'doubt', doubt: 'unsafe-stickiness' });
});

test('a share turned by hand contradicts the stage', () => {
  const ten = ramp('ramp-10');
  const turned = { ...ten, parameters: { ...ten.parameters, rollout: '100' } };
  expect(readFlag(flag(turned))).toEqual({ kind: 'doubt', doubt: 'percent-differs' });
});

const payload = (value: string) => [
  { ...ramp('full'), variants: [{ name: 'full', payload: { type: 'json', value } }] },
];
test.each([
  ['no strategy', []],
  ['no variant', [{ ...ramp('full'), variants: [] }]],
  ['no payload', [{ ...ramp('full'), variants: [{ name: 'full' }] }]],
  ['a payload that is no JSON', payload('{')],
  ['a payload without a core', payload(`{"since":"${SINCE}","percent":100,"shadow":1}`)],
  ['an instant that is none', [ramp('full', 'yesterday')]],
])('a flag with %s says no stage', (_what, strategies) => {
  expect(readFlag(flag(...strategies))).toEqual({ kind: 'doubt', doubt: 'no-stage' });
});
