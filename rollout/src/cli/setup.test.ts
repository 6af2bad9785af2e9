import { expect, test } from 'vitest';
import { FlagNotOurs } from '../faults.ts';
import { flagControl } from '../flag-control.ts';
import { planOf } from '../plan-testing.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { StoredFlag } from '../unleash-admin.ts';
import { adminInMemory } from '../unleash-testing.ts';
import { init, showPlan } from './setup.ts';

const STAGES = [{ stage: 'off' }, { stage: 'shadow' }, { stage: 'team' }, { stage: 'full' }];

function fresh(flag: StoredFlag | null = null) {
  const plan = planOf({ stages: STAGES, cohorts: { team: ['C1'] } });
  const unleash = adminInMemory(flag);
  const { admin } = unleash;
  const store = memoryStore();
  const none = async () => ({ unreachable: 'nobody asks' });
  const tools = {
    plan,
    admin,
    flag: flagControl(plan, admin),
    store,
    evidence: none,
    announce: () => undefined,
  };
  return { ...unleash, tools, store };
}

test('every difference is shown before the first of them is removed; the second time there is none', async () => {
  const { tools, flag, store } = fresh();
  const shown: string[] = [];
  const written: boolean[] = [];
  const { json } = await init(tools, 'J. Kim', (line) => {
    shown.push(line);
    written.push(flag() !== null || store.records().length > 0);
  });
  expect(shown).toEqual([
    '+ ramp begins in stage off',
    '+ flag p in project default',
    '+ ramp strategy in stage off',
    '+ segment p-team (1 customers)',
    '+ strategy of cohort team, off',
    '~ environment development: off -> on',
  ]);
  expect(written).not.toContain(true);
  expect(json).toMatchObject({ did: shown });
  const { inForce } = await store.look();
  expect(await tools.flag.read()).toMatchObject({ stage: 'off', since: inForce?.since });
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

test('plan shows all that init would do, and changes nothing', async () => {
  const { tools, flag, store } = fresh();
  const { text, json } = await showPlan(tools);
  expect(text).toContain('team');
  expect(json).toMatchObject({ changes: { length: 5 } });
  expect({ flag: flag(), records: store.records() }).toEqual({ flag: null, records: [] });
});
