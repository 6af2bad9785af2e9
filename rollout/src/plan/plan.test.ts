import { BadInput } from '@core-exit/process/faults';
import { expect, test } from 'vitest';
import { GATE, planDocument, planOf } from '../../testing/plan.ts';
import { checkPlan, loadPlan, neighbour, stageOf } from './plan.ts';

const stages = (...list: object[]) => ({ stages: list });

test.each([
  [
    'an unknown stage without terms',
    stages({ stage: 'off' }, { stage: 'shadow' }, { stage: 'canary' }),
    '/stages/2: canary',
  ],
  ['an unknown field', { percent: 5 }, '/percent: no such field'],
  [
    'an unknown field of the gate',
    { gate: { ...GATE, minComparisons: 1 } },
    '/gate/minComparisons: no such field',
  ],
  ['no author', { author: undefined }, 'author missing'],
  ['a bound of zero', { gate: { ...GATE, mismatchBound: 0 } }, '/gate/mismatchBound'],
  [
    'half a percent',
    stages({ stage: 'shadow' }, { stage: 'half', percent: 0.5, primary: 'new', shadow: 1 }),
    '/stages/1/percent',
  ],
  [
    'a percentage other than that of the name',
    stages({ stage: 'shadow' }, { stage: 'ramp-10', percent: 20 }),
    'ramp-10 has 20 %',
  ],
  ['stages that fall', stages({ stage: 'full' }, { stage: 'shadow' }), 'must also be in shadow'],
  ['a stage twice', stages({ stage: 'shadow' }, { stage: 'shadow' }), 'shadow appears twice'],
  ['a fallback that moves money', { fallbackStage: 'ramp-1' }, 'the new core moves money'],
  ['a fallback that is no stage', { fallbackStage: 'team' }, 'team is not one of'],
  [
    'a cohort without members',
    stages({ stage: 'shadow' }, { stage: 'vip', cohorts: ['vip'], percent: 0, primary: 'new', shadow: 1 }),
    'the plan has no /cohorts/vip',
  ],
  [
    'a team stage without a cohort',
    stages({ stage: 'shadow' }, { stage: 'team' }),
    'neither percent nor cohorts',
  ],
  [
    'a stage that moves money without comparisons',
    stages({ stage: 'shadow' }, { stage: 'ramp-1', shadow: 0 }),
    'shadow must be above 0',
  ],
  [
    'a share on the new core in a stage that moves no money',
    stages({ stage: 'off' }, { stage: 'shadow', percent: 1 }),
    '"primary" must be "new"',
  ],
  [
    'a bake time without a midnight',
    { bake: { minutes: 60, midnights: 0 } },
    '/stages/1/bake/midnights: must be at least 1',
  ],
  [
    'a freeze that ends first',
    { freezes: [{ from: '2026-01-02', to: '2026-01-01', because: 'x' }] },
    '/freezes/0',
  ],
  ['midnights without a time zone', { timeZone: undefined }, '/timeZone: missing'],
  [
    'midnights of one stage without a time zone',
    {
      timeZone: undefined,
      rehearsal: true,
      bake: { minutes: 1, midnights: 0 },
      ...stages({ stage: 'off' }, { stage: 'shadow', bake: { midnights: 1 } }, { stage: 'full' }),
    },
    '/timeZone: missing',
  ],
  ['an unknown time zone', { timeZone: 'Mars/Olympus' }, '/timeZone: must be an IANA time zone'],
  ['an offset as time zone', { timeZone: '+09:00' }, '/timeZone: must be an IANA time zone'],
  [
    'a field that bake does not have',
    { bake: { minutes: 60, midnights: 1, hours: 1 } },
    '/bake/hours: no such field',
  ],
  [
    'a freeze without a valid instant',
    { freezes: [{ from: 'soon', to: '2026-01-01', because: 'x' }] },
    '/freezes/0/from',
  ],
])('%s is refused', (_what, change, message) => {
  expect(() => checkPlan(planDocument(change))).toThrow(message);
});

test.each([
  ['fewer gates than stages that end with a gate', { gate: { ...GATE, gates: 2 } }, '/gate/gates: 3 stages'],
  [
    'a stage whose own risk is too great',
    stages({ stage: 'shadow', gate: { gates: 1 } }, { stage: 'ramp-1' }, { stage: 'full' }),
    'shadow splits the risk over fewer',
  ],
  [
    'fewer approvers than approvals',
    { approvals: 2, approvers: ['H. Lee', 'h. lee', 'A. Author'] },
    'needs 2 approvals, but only 1 persons other than the author',
  ],
  ['an author who is the only approver', { approvals: 1, approvers: ['a. author'] }, '/approvers'],
])('%s is refused: the plan could not keep its promise', (_what, change, message) => {
  expect(() => checkPlan(planDocument(change))).toThrow(message);
});

test('a stage without comparisons and the last stage have no part of the risk; a rehearsal promises nothing', () => {
  expect(planOf({ gate: { ...GATE, gates: 3 } }).stages).toHaveLength(5);
  expect(planOf({ rehearsal: true, gate: { ...GATE, gates: 1 } }).stages).toHaveLength(5);
});

test('a rehearsal needs no midnight, and then no time zone', () => {
  expect(
    planOf({ rehearsal: true, timeZone: undefined, bake: { minutes: 0, midnights: 0 } }).stages[1]?.bake,
  ).toEqual({ minutes: 0, midnights: 0 });
});

test('all faults are reported at once', () => {
  const document = planDocument({ name: 1, gate: {}, author: undefined });
  for (const field of ['/name', '/gate', 'author']) expect(() => checkPlan(document)).toThrow(field);
});

test('a file that does not exist or is not JSON is bad input', () => {
  expect(() => loadPlan('no-such-plan')).toThrow(BadInput);
  expect(() => loadPlan(import.meta.filename)).toThrow(BadInput);
});

test('a stage has the known terms of its name and the terms of the plan; its own terms have priority', () => {
  const plan = planOf({
    ...stages(
      { stage: 'shadow', gate: { minPerStratum: 7 }, bake: { minutes: 5 } },
      { stage: 'ramp-1', approvals: 2 },
      { stage: 'half', percent: 50, primary: 'new', shadow: 1 },
    ),
    approvals: 1,
  });
  expect(stageOf(plan, 'shadow')).toMatchObject({
    primary: 'legacy',
    shadow: 1,
    gate: { ...GATE, minPerStratum: 7 },
    bake: { minutes: 5, midnights: 1 },
    approvals: 1,
  });
  expect(stageOf(plan, 'ramp-1')).toMatchObject({ percent: 1, primary: 'new', approvals: 2, gate: GATE });
  expect(stageOf(plan, 'half')).toMatchObject({ percent: 50, cohorts: [] });
});

test('the cohorts of a plan are active from the stage of their name on', () => {
  const plan = planOf({
    cohorts: { team: ['C1'] },
    ...stages({ stage: 'shadow' }, { stage: 'team' }, { stage: 'ramp-1' }),
  });
  expect(plan.stages.map((s) => s.cohorts)).toEqual([[], ['team'], ['team']]);
});

test('the neighbours of a stage are those of the plan, not those of the list of known stages', () => {
  const plan = planOf();
  expect(neighbour(plan, 'ramp-10', 1)?.stage).toBe('full');
  expect(neighbour(plan, 'full', 1)).toBeNull();
  expect(neighbour(plan, 'off', -1)).toBeNull();
  expect(neighbour(plan, 'ramp-50', 1)).toBeNull();
});

test('a plan with other content has another hash', () => {
  expect(planOf({ name: 'q' }).hash).not.toBe(planOf().hash);
});
