import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@core-exit/process/faults';
import { expect, test } from 'vitest';
import { checkPlan, loadPlan, neighbour, stageOf } from './plan.ts';
import { GATE, planDocument, planOf } from './plan-testing.ts';

test('every plan that comes along is valid', () => {
  const files = readdirSync(join(import.meta.dirname, '../plans'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(loadPlan(file.replace('.json', '')).stages.length).toBeGreaterThan(1);
});

const stages = (...list: object[]) => ({ stages: list });

test.each([
  [
    'a stage that nobody can know',
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
  ['a name that lies', stages({ stage: 'shadow' }, { stage: 'ramp-10', percent: 20 }), 'ramp-10 is 20 %'],
  ['stages that fall', stages({ stage: 'full' }, { stage: 'shadow' }), 'must nest'],
  ['a stage twice', stages({ stage: 'shadow' }, { stage: 'shadow' }), 'shadow is there twice'],
  ['a fallback that moves money', { fallbackStage: 'ramp-1' }, 'still moves money'],
  ['a fallback that is no stage', { fallbackStage: 'team' }, 'team is not among'],
  [
    'a cohort without members',
    stages({ stage: 'shadow' }, { stage: 'vip', cohorts: ['vip'], percent: 0, primary: 'new', shadow: 1 }),
    'there is no /cohorts/vip',
  ],
  [
    'a team stage with nobody in it',
    stages({ stage: 'shadow' }, { stage: 'team' }),
    'neither percent nor a cohort',
  ],
  [
    'money without comparing',
    stages({ stage: 'shadow' }, { stage: 'ramp-1', shadow: 0 }),
    'nothing is compared',
  ],
  [
    'a share on the new core without money',
    stages({ stage: 'off' }, { stage: 'shadow', percent: 1 }),
    'needs "primary": "new"',
  ],
  [
    'a bake time without a midnight',
    { bake: { minutes: 60, kstMidnights: 0 } },
    '/stages/1/bake/kstMidnights: at least one',
  ],
  [
    'a freeze that ends first',
    { freezes: [{ from: '2026-01-02', to: '2026-01-01', because: 'x' }] },
    '/freezes/0',
  ],
  ['a freeze at no time', { freezes: [{ from: 'soon', to: '2026-01-01', because: 'x' }] }, '/freezes/0/from'],
])('%s is refused', (_what, change, message) => {
  expect(() => checkPlan(planDocument(change))).toThrow(message);
});

test.each([
  ['fewer gates than stages that are left by one', { gate: { ...GATE, gates: 2 } }, '/gate/gates: 3 stages'],
  [
    'a stage whose own risk is too great',
    stages({ stage: 'shadow', gate: { gates: 1 } }, { stage: 'ramp-1' }, { stage: 'full' }),
    'the risk of shadow is split over fewer',
  ],
  [
    'fewer approvers than approvals',
    { approvals: 2, approvers: ['H. Lee', 'h. lee', 'A. Author'] },
    'asks for 2 approvals, and 1 persons other than the author',
  ],
  ['an author who alone may approve', { approvals: 1, approvers: ['a. author'] }, '/approvers'],
])('%s: refused', (_what, change, message) => {
  expect(() => checkPlan(planDocument(change))).toThrow(message);
});

test('a stage without comparisons and the last one need no part of the risk; a rehearsal promises none', () => {
  expect(planOf({ gate: { ...GATE, gates: 3 } }).stages).toHaveLength(5);
  expect(planOf({ rehearsal: true, gate: { ...GATE, gates: 1 } }).stages).toHaveLength(5);
});

test('a rehearsal may do without a midnight', () => {
  expect(
    planOf({ rehearsal: true, bake: { minutes: 0, kstMidnights: 0 } }).stages[1]?.bake.kstMidnights,
  ).toBe(0);
});

test('all faults are told at once', () => {
  const document = planDocument({ name: 1, gate: {}, author: undefined });
  for (const field of ['/name', '/gate', 'author']) expect(() => checkPlan(document)).toThrow(field);
});

test('a file that is not there, or not JSON, is bad input', () => {
  expect(() => loadPlan('no-such-plan')).toThrow(BadInput);
  expect(() => loadPlan(import.meta.filename)).toThrow(BadInput);
});

test('a stage has the usual terms of its name, the plan’s figures, and its own over both', () => {
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
    bake: { minutes: 5, kstMidnights: 1 },
    approvals: 1,
  });
  expect(stageOf(plan, 'ramp-1')).toMatchObject({ percent: 1, primary: 'new', approvals: 2, gate: GATE });
  expect(stageOf(plan, 'half')).toMatchObject({ percent: 50, cohorts: [] });
});

test('cohorts a plan has are in from the stage of their name on', () => {
  const plan = planOf({
    cohorts: { team: ['C1'] },
    ...stages({ stage: 'shadow' }, { stage: 'team' }, { stage: 'ramp-1' }),
  });
  expect(plan.stages.map((s) => s.cohorts)).toEqual([[], ['team'], ['team']]);
});

test('neighbours follow the plan, not the table', () => {
  const plan = planOf();
  expect(neighbour(plan, 'ramp-10', 1)?.stage).toBe('full');
  expect(neighbour(plan, 'full', 1)).toBeNull();
  expect(neighbour(plan, 'off', -1)).toBeNull();
  expect(neighbour(plan, 'ramp-50', 1)).toBeNull();
});

test('another word in the plan is another hash', () => {
  expect(planOf({ name: 'q' }).hash).not.toBe(planOf().hash);
});
