import { expect, test } from 'vitest';
import { STAGE_NAMES, STAGES } from '../plan/stages.ts';
import { cohortConstraint, cohortStrategy, isRamp, membersIn, rampStrategy, readFlag } from './flag-shape.ts';

const SINCE = '2026-03-02T01:02:03.004Z';
const flag = (...strategies: object[]) => ({ enabled: true, strategies: strategies as never[] });
const ramp = (stage: keyof typeof STAGES, since = SINCE) =>
  rampStrategy({ stage, ...STAGES[stage] }, since, 'g');

test.each(STAGE_NAMES)('stage %s is read as it was written', (stage) => {
  const { percent, shadow, primary } = STAGES[stage];
  expect(readFlag(flag(ramp(stage)))).toEqual({
    kind: 'staged',
    stage,
    since: SINCE,
    percent,
    shadow,
    primary,
    groupId: 'g',
    members: new Set(),
    held: false,
  });
});

test('a stop through the flag is held; a flag of an older release, without that field, is not held', () => {
  const held = rampStrategy({ stage: 'shadow', ...STAGES.shadow }, SINCE, 'g', true);
  expect(readFlag(flag(held))).toMatchObject({ stage: 'shadow', held: true });
  const value = JSON.stringify({ since: SINCE, percent: 0, shadow: 1, primary: 'legacy' });
  const old = { ...held, variants: [{ name: 'shadow', payload: { type: 'json', value } }] };
  expect(readFlag(flag(old))).toMatchObject({ stage: 'shadow', held: false });
});

test('cohorts next to the ramp do not change the stage', () => {
  const cohort = cohortStrategy('team', 7, 'g', true);
  expect(isRamp(cohort)).toBe(false);
  const state = readFlag(flag(cohort, ramp('team')), () => ['C7', 'C8']);
  expect(state).toMatchObject({ stage: 'team', members: new Set(['C7', 'C8']) });
  const off = cohortStrategy('team', 7, 'g', false);
  expect(readFlag(flag(off, ramp('shadow')), () => ['C7'])).toMatchObject({ members: new Set() });
});

test('a flag that is switched off is in doubt; so is a flag whose ramp is switched off', () => {
  expect(readFlag({ ...flag(ramp('full')), enabled: false })).toEqual({ kind: 'doubt', doubt: 'flag-off' });
  expect(readFlag(flag({ ...ramp('full'), disabled: true }))).toEqual({ kind: 'doubt', doubt: 'flag-off' });
});

test.each(['default', 'random', 'sessionId', undefined])('stickiness %s is refused', (stickiness) => {
  const full = ramp('full');
  const changed = { ...full, parameters: { ...full.parameters, stickiness } };
  expect(readFlag(flag(changed))).toEqual({ kind: 'doubt', doubt: 'unsafe-stickiness' });
});

test('a strategy that a person added is refused, because its buckets are not computed from the customer id', () => {
  const state = readFlag(flag(ramp('shadow'), { name: 'default', parameters: {} }));
  expect(state).toEqual({ kind: 'doubt', doubt: 'unsafe-stickiness' });
});

const cohort = cohortStrategy('team', 7, 'g', true);
test.each([
  ['a constraint on the ramp', [{ ...ramp('full'), constraints: [{}] }]],
  ['a segment on the ramp', [{ ...ramp('full'), segments: [7] }]],
  [
    'a cohort of half a share',
    [ramp('full'), { ...cohort, parameters: { ...cohort.parameters, rollout: '50' } }],
  ],
  ['a cohort with two segments', [ramp('full'), { ...cohort, segments: [7, 8] }]],
])('%s was not written by the rollout, so the flag is in doubt', (_what, strategies) => {
  expect(readFlag(flag(...strategies))).toEqual({ kind: 'doubt', doubt: 'foreign-strategy' });
});

test('a segment with more than a list of customers was not written by the rollout', () => {
  const ours = cohortConstraint(['C1']);
  expect(membersIn([ours])).toEqual(['C1']);
  for (const not of [[], [ours, ours], [{ ...ours, inverted: true }], [{ ...ours, contextName: 'region' }]]) {
    expect(membersIn(not)).toBeNull();
  }
});

test('a share that a person changed contradicts the stage', () => {
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
  ['a payload that is not JSON', payload('{')],
  ['a payload without a core', payload(`{"since":"${SINCE}","percent":100,"shadow":1}`)],
  ['an instant that is not valid', [ramp('full', 'yesterday')]],
])('a flag with %s has no stage', (_what, strategies) => {
  expect(readFlag(flag(...strategies))).toEqual({ kind: 'doubt', doubt: 'no-stage' });
});
