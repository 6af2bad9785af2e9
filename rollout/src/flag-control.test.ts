import { expect, test } from 'vitest';
import { FlagNotOurs, StageMoved } from './faults.ts';
import { flagControl } from './flag-control.ts';
import { readFlag } from './flag-shape.ts';
import { checkPlan } from './plan.ts';
import type { StoredFlag, StoredStrategy, UnleashAdmin } from './unleash-admin.ts';

const GATE = {
  confidence: 0.95,
  gates: 4,
  mismatchBound: 0.01,
  minPerStratum: 0,
  maxLossRate: 0.01,
  moneyMoves: true,
};

const PLAN = checkPlan({
  name: 'p',
  flag: { name: 'p', project: 'default', environment: 'development', groupId: 'p' },
  stages: [{ stage: 'off' }, { stage: 'team' }, { stage: 'full' }],
  fallbackStage: 'off',
  gate: GATE,
  cohorts: { team: ['C000000001'] },
});

/** Unleash's admin API with everything in memory, and every state that a gateway could have fetched. */
function adminInMemory(flag: StoredFlag | null = null) {
  const states: StoredFlag[] = [];
  const seen = () => states.push(structuredClone(flag as StoredFlag));
  const admin: UnleashAdmin = {
    readFlag: async () => structuredClone(flag),
    createFlag: async () => {
      flag ??= { enabled: false, strategies: [] };
    },
    addStrategy: async (strategy) => {
      flag?.strategies.push({ ...(strategy as StoredStrategy), id: String(flag.strategies.length) });
      seen();
    },
    putStrategy: async (id, strategy) => {
      if (flag)
        flag.strategies = flag.strategies.map((s) =>
          s.id === id ? { ...(strategy as StoredStrategy), id } : s,
        );
      seen();
    },
    enable: async () => {
      if (flag) flag.enabled = true;
      seen();
    },
  };
  return { admin, states, flag: () => flag };
}

const at = (text: string) => () => new Date(text);
const NOON = at('2026-01-02T12:00:00Z');

test('init creates the flag in stage off, and again does nothing', async () => {
  const { admin, flag } = adminInMemory();
  const control = flagControl(PLAN, admin, NOON);
  expect(await control.init()).toHaveLength(4);
  expect(await control.init()).toEqual([]);
  expect(await control.current()).toEqual({ stage: 'off', since: '2026-01-02T12:00:00.000Z' });
  expect(flag()?.strategies.map((s) => s.title)).toEqual(['ramp', 'team']);
});

test.each([
  ['random stickiness', { name: 'flexibleRollout', parameters: { stickiness: 'random', groupId: 'p' } }],
  ['default stickiness', { name: 'flexibleRollout', parameters: { stickiness: 'default', groupId: 'p' } }],
  ['another groupId', { name: 'flexibleRollout', parameters: { stickiness: 'userId', groupId: 'q' } }],
  ['a strategy of another kind', { name: 'default', parameters: {} }],
])('init refuses a flag with %s', async (_what, strategy) => {
  const { admin } = adminInMemory({ enabled: true, strategies: [{ ...strategy, id: '1' }] });
  await expect(flagControl(PLAN, admin, NOON).init()).rejects.toThrow(FlagNotOurs);
});

test('entering the stage in force again is a new entry, also when the clock went back', async () => {
  const { admin } = adminInMemory();
  await flagControl(PLAN, admin, NOON).init();
  const first = await flagControl(PLAN, admin, NOON).enter('full');
  const second = await flagControl(PLAN, admin, at('2026-01-02T11:00:00Z')).enter('full');
  expect(Date.parse(second.since)).toBeGreaterThan(Date.parse(first.since));
});

test('a step that was judged on one entry does not follow on another', async () => {
  const { admin } = adminInMemory();
  const control = flagControl(PLAN, admin, NOON);
  await control.init();
  const judged = await control.enter('ramp-10');
  await control.enter('shadow'); // the automatic step back, in between
  await expect(control.enter('ramp-50', judged)).rejects.toThrow(StageMoved);
  expect(await control.current()).toMatchObject({ stage: 'shadow' });
  await control.enter('ramp-10', await control.current());
  expect(await control.current()).toMatchObject({ stage: 'ramp-10' });
});

test('on the way down no state in between says that money moves', async () => {
  const { admin, states } = adminInMemory();
  const control = flagControl(PLAN, admin, NOON);
  await control.init();
  await control.enter('full');
  states.length = 0;
  await control.enter('off');
  expect(states.length).toBeGreaterThan(1);
  for (const state of states) expect(readFlag(state)).toMatchObject({ stage: 'off' });
});

test('a cohort is in from its stage on', async () => {
  const { admin, flag } = adminInMemory();
  const control = flagControl(PLAN, admin, NOON);
  await control.init();
  const isTeamIn = () => flag()?.strategies.find((s) => s.title === 'team')?.disabled === false;
  expect(isTeamIn()).toBe(false);
  await control.enter('team');
  expect(isTeamIn()).toBe(true);
  await control.enter('full');
  expect(isTeamIn()).toBe(true);
  await control.enter('off');
  expect(isTeamIn()).toBe(false);
});

test('a flag that is not there, or says no stage, is not steered', async () => {
  await expect(flagControl(PLAN, adminInMemory().admin, NOON).current()).rejects.toThrow(FlagNotOurs);
  const { admin } = adminInMemory({ enabled: true, strategies: [] });
  await expect(flagControl(PLAN, admin, NOON).enter('full')).rejects.toThrow(FlagNotOurs);
});
