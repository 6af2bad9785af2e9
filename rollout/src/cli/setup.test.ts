import { expect, test } from 'vitest';
import { adminInMemory } from '../../testing/admin-in-memory.ts';
import { memoryStore } from '../../testing/memory-store.ts';
import { planOf } from '../../testing/plan.ts';
import { FlagNotOurs } from '../faults.ts';
import { flagControl } from '../flag/flag-control.ts';
import type { StoredFlag } from '../flag/unleash-admin.ts';
import { init, showPlan } from './setup.ts';

const STAGES = [{ stage: 'off' }, { stage: 'shadow' }, { stage: 'team' }, { stage: 'full' }];

function fresh(flag: StoredFlag | null = null) {
  const plan = planOf({ stages: STAGES, cohorts: { team: ['C1'] } });
  const unleash = adminInMemory(flag);
  const { admin } = unleash;
  const store = memoryStore();
  const none = async () => ({ unreachable: 'not used' });
  const tools = {
    plan,
    admin,
    flag: flagControl(plan, admin),
    store,
    evidence: none,
    notify: () => undefined,
  };
  return { ...unleash, tools, store };
}

test('all changes are shown before the first is applied; a second call has no changes', async () => {
  const { tools, flag, store } = fresh();
  const shown: string[] = [];
  const written: boolean[] = [];
  const { json } = await init(tools, 'J. Kim', (line) => {
    shown.push(line);
    written.push(flag() !== null || store.records().length > 0);
  });
  expect(shown).toEqual([
    '+ ramp starts in stage off',
    '+ flag p in project default',
    '+ ramp strategy in stage off',
    '+ segment p-team (1 customers)',
    '+ strategy of cohort team, off',
    '~ environment development: off -> on',
  ]);
  expect(written).not.toContain(true);
  expect(json).toMatchObject({ did: shown });
  const { current } = await store.read();
  expect(await tools.flag.read()).toMatchObject({ stage: 'off', since: current?.since });
  expect(await init(tools, 'J. Kim', () => undefined)).toMatchObject({ json: { did: [] } });
  expect(store.records()).toHaveLength(1);
});

test.each(['random', 'default'])(
  'a flag with stickiness %s is refused before anything is written',
  async (s) => {
    const parameters = { stickiness: s, groupId: 'p' };
    const strategies = [{ name: 'flexibleRollout', parameters, id: '1' }];
    const { tools, states, store } = fresh({ enabled: true, strategies });
    const shown: string[] = [];
    await expect(init(tools, 'J. Kim', (line) => shown.push(line))).rejects.toThrow(FlagNotOurs);
    expect({ shown, states, records: store.records() }).toEqual({ shown: [], states: [], records: [] });
  },
);

test('plan shows all changes of init and applies none', async () => {
  const { tools, flag, store } = fresh();
  const { text, json } = await showPlan(tools);
  expect(text).toContain('team');
  expect(json).toMatchObject({ changes: { length: 5 } });
  expect({ flag: flag(), records: store.records() }).toEqual({ flag: null, records: [] });
});
