import { expect, test } from 'vitest';
import { adminInMemory } from '../../testing/admin-in-memory.ts';
import { planOf } from '../../testing/plan.ts';
import { FlagNotOurs } from '../faults.ts';
import { flagControl } from './flag-control.ts';
import { missingInUnleash } from './flag-setup.ts';
import { readFlag } from './flag-shape.ts';
import type { UnleashAdmin } from './unleash-admin.ts';

const STAGES = [{ stage: 'off' }, { stage: 'shadow' }, { stage: 'team' }, { stage: 'full' }];
const PLAN = planOf({ stages: STAGES, cohorts: { team: ['C000000001', 'C000000002'] } });
const at = (second: number) => `2026-01-02T12:00:0${second}.000Z`;
const OFF = { stage: 'off', since: at(0) };

/** Applies all changes and returns their texts. */
async function setUp(admin: UnleashAdmin, plan = PLAN, stay = OFF): Promise<string[]> {
  const changes = await missingInUnleash({ plan, admin, stay });
  for (const { apply } of changes) await apply();
  return changes.map(({ what }) => what);
}

test('missing parts are created once; the second call has nothing to do', async () => {
  const { admin, flag, segments } = adminInMemory();
  expect(await setUp(admin)).toEqual([
    '+ flag p in project default',
    '+ ramp strategy in stage off',
    '+ segment p-team (2 customers)',
    '+ strategy of cohort team, off',
    '~ environment development: off -> on',
  ]);
  expect(await setUp(admin)).toEqual([]);
  expect(await flagControl(PLAN, admin).read()).toMatchObject(OFF);
  expect(flag()?.strategies.map((s) => s.title)).toEqual(['ramp', 'team']);
  expect(segments).toHaveLength(1);
});

test('all differences are found before the first change', async () => {
  const { admin, flag, segments } = adminInMemory();
  expect(await missingInUnleash({ plan: PLAN, admin, stay: OFF })).toHaveLength(5);
  expect(flag()).toBeNull();
  expect(segments).toEqual([]);
});

test('a cohort that the plan does not have any more is switched off, by setup and by every push', async () => {
  const { admin, flag } = adminInMemory();
  const isTeamIn = () => flag()?.strategies.find((s) => s.title === 'team')?.disabled === false;
  const without = planOf({ stages: [{ stage: 'off' }, { stage: 'shadow' }, { stage: 'full' }] });
  const full = { stage: 'full', since: at(1) };
  await setUp(admin);
  await flagControl(PLAN, admin).push(full);
  expect(isTeamIn()).toBe(true);
  expect(await setUp(admin, without, full)).toEqual([
    '~ strategy of cohort team: on -> off, because the plan has no such cohort',
  ]);
  expect(isTeamIn()).toBe(false);
  expect(await setUp(admin, without, full)).toEqual([]);
  await flagControl(PLAN, admin).push({ stage: 'full', since: at(2) });
  expect(isTeamIn()).toBe(true);
  await flagControl(without, admin).push({ stage: 'full', since: at(3) });
  expect(isTeamIn()).toBe(false);
});

test('a cohort that is new in the plan is active at once if the current stage has the cohort', async () => {
  const { admin, flag } = adminInMemory();
  const full = { stage: 'full', since: at(1) };
  await setUp(admin, planOf({ stages: [{ stage: 'off' }, { stage: 'shadow' }, { stage: 'full' }] }), full);
  expect(await setUp(admin, PLAN, full)).toEqual([
    '+ segment p-team (2 customers)',
    '+ strategy of cohort team, on',
  ]);
  expect(flag()?.strategies.find((s) => s.title === 'team')).toMatchObject({
    disabled: false,
    segments: [1],
  });
});

test('a strategy with the name of a cohort but no segment is never switched on, because it would apply to all customers', async () => {
  const all = { name: 'flexibleRollout', title: 'team', disabled: true, id: '9', segments: [] };
  const parameters = { rollout: '100', stickiness: 'userId', groupId: 'p' };
  const { admin, flag } = adminInMemory({ enabled: true, strategies: [{ ...all, parameters }] });
  await setUp(admin);
  await flagControl(PLAN, admin).push({ stage: 'full', since: at(1) });
  expect(flag()?.strategies.find((s) => s.title === 'team')).toMatchObject({ disabled: true });
});

test('a cohort whose customers changed in the plan is updated', async () => {
  const { admin, segments } = adminInMemory();
  await setUp(admin);
  const changed = planOf({ stages: STAGES, cohorts: { team: ['C000000002', 'C000000003', 'C000000004'] } });
  expect(await setUp(admin, changed)).toEqual(['~ segment p-team: 2 customers added, 1 removed']);
  expect(segments[0]?.constraints[0]?.values).toEqual(['C000000002', 'C000000003', 'C000000004']);
});

test.each([
  ['random stickiness', { name: 'flexibleRollout', parameters: { stickiness: 'random', groupId: 'p' } }],
  ['default stickiness', { name: 'flexibleRollout', parameters: { stickiness: 'default', groupId: 'p' } }],
  ['another groupId', { name: 'flexibleRollout', parameters: { stickiness: 'userId', groupId: 'q' } }],
  ['a strategy of another kind', { name: 'default', parameters: {} }],
])('a flag with %s is refused', async (_what, strategy) => {
  const { admin } = adminInMemory({ enabled: true, strategies: [{ ...strategy, id: '1' }] });
  await expect(setUp(admin)).rejects.toThrow(FlagNotOurs);
});

test('during a step down no intermediate state moves money', async () => {
  const { admin, states } = adminInMemory();
  await setUp(admin);
  await flagControl(PLAN, admin).push({ stage: 'full', since: at(1) });
  states.length = 0;
  await flagControl(PLAN, admin).push({ stage: 'shadow', since: at(2) });
  expect(states.length).toBeGreaterThan(1);
  for (const state of states) expect(readFlag(state)).toMatchObject({ stage: 'shadow', primary: 'legacy' });
});

test('a cohort is active from its stage on', async () => {
  const { admin, flag } = adminInMemory();
  await setUp(admin);
  const isTeamIn = () => flag()?.strategies.find((s) => s.title === 'team')?.disabled === false;
  const control = flagControl(PLAN, admin);
  const seen = [isTeamIn()];
  for (const [second, stage] of ['team', 'full', 'shadow'].entries()) {
    await control.push({ stage, since: at(second + 1) });
    seen.push(isTeamIn());
  }
  expect(seen).toEqual([false, true, true, false]);
});

test('a flag that does not exist or has no ramp is refused', async () => {
  await expect(flagControl(PLAN, adminInMemory().admin).read()).rejects.toThrow(FlagNotOurs);
  const { admin } = adminInMemory({ enabled: true, strategies: [] });
  await expect(flagControl(PLAN, admin).push(OFF)).rejects.toThrow(FlagNotOurs);
});
