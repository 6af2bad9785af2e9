import { expect, test } from 'vitest';
import { FlagNotOurs } from './faults.ts';
import { flagControl } from './flag-control.ts';
import { missingInUnleash } from './flag-setup.ts';
import { readFlag } from './flag-shape.ts';
import { planOf } from './plan-testing.ts';
import type { UnleashAdmin } from './unleash-admin.ts';
import { adminInMemory } from './unleash-testing.ts';

const STAGES = [{ stage: 'off' }, { stage: 'shadow' }, { stage: 'team' }, { stage: 'full' }];
const PLAN = planOf({ stages: STAGES, cohorts: { team: ['C000000001', 'C000000002'] } });
const at = (second: number) => `2026-01-02T12:00:0${second}.000Z`;
const OFF = { stage: 'off', since: at(0) };

/** Everything that is missing is made, round after round; returns what was said. */
async function setUp(admin: UnleashAdmin, plan = PLAN): Promise<string[]> {
  const said: string[] = [];
  for (;;) {
    const changes = await missingInUnleash({ plan, admin, entry: OFF });
    if (changes.length === 0) return said;
    for (const { what, apply } of changes) {
      said.push(what);
      await apply();
    }
  }
}

test('what is missing is made once, and the second time nothing is missing', async () => {
  const { admin, flag, segments } = adminInMemory();
  expect(await setUp(admin)).toEqual([
    '+ flag p in project default',
    '+ ramp strategy in stage off',
    '+ segment p-team (2 customers)',
    '~ environment development: off -> on',
    '+ strategy of cohort team, off',
  ]);
  expect(await setUp(admin)).toEqual([]);
  expect(await flagControl(PLAN, admin).read()).toMatchObject(OFF);
  expect(flag()?.strategies.map((s) => s.title)).toEqual(['ramp', 'team']);
  expect(segments).toHaveLength(1);
});

test('a difference is shown before anything is changed', async () => {
  const { admin, flag } = adminInMemory();
  await missingInUnleash({ plan: PLAN, admin, entry: OFF });
  expect(flag()).toBeNull();
});

test('a cohort whose customers changed in the plan is brought up to date', async () => {
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
])('a flag with %s is not taken over', async (_what, strategy) => {
  const { admin } = adminInMemory({ enabled: true, strategies: [{ ...strategy, id: '1' }] });
  await expect(setUp(admin)).rejects.toThrow(FlagNotOurs);
});

test('on the way down no state in between says that money moves', async () => {
  const { admin, states } = adminInMemory();
  await setUp(admin);
  await flagControl(PLAN, admin).push({ stage: 'full', since: at(1) });
  states.length = 0;
  await flagControl(PLAN, admin).push({ stage: 'shadow', since: at(2) });
  expect(states.length).toBeGreaterThan(1);
  for (const state of states) expect(readFlag(state)).toMatchObject({ stage: 'shadow', primary: 'legacy' });
});

test('a cohort is in from its stage on', async () => {
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

test('a flag that is not there, or has no ramp, is not steered', async () => {
  await expect(flagControl(PLAN, adminInMemory().admin).read()).rejects.toThrow(FlagNotOurs);
  const { admin } = adminInMemory({ enabled: true, strategies: [] });
  await expect(flagControl(PLAN, admin).push(OFF)).rejects.toThrow(FlagNotOurs);
});
