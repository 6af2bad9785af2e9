import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BadInput } from './faults.ts';
import { checkPlan, gateOf, loadPlan, neighbour } from './plan.ts';

const GATE = {
  confidence: 0.95,
  gates: 4,
  mismatchBound: 0.01,
  minPerStratum: 0,
  maxLossRate: 0.01,
  moneyMoves: true,
};

const plan = (change: object = {}) => ({
  name: 'p',
  flag: { name: 'p', project: 'default', environment: 'development', groupId: 'p' },
  stages: [
    { stage: 'off' },
    { stage: 'shadow', gate: { minPerStratum: 7 } },
    { stage: 'ramp-1' },
    { stage: 'full' },
  ],
  fallbackStage: 'shadow',
  gate: GATE,
  ...change,
});

test('every plan that comes along is valid', () => {
  const files = readdirSync(join(import.meta.dirname, '../plans'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(loadPlan(file.replace('.json', '')).stages.length).toBeGreaterThan(1);
});

test.each([
  ['an unknown stage', { stages: [{ stage: 'off' }, { stage: 'ramp-7' }] }, '/stages/1/stage'],
  ['an unknown field', { percent: 5 }, '/percent: no such field'],
  ['a bound of zero', { gate: { ...GATE, mismatchBound: 0 } }, '/gate/mismatchBound'],
  ['stages that fall', { stages: [{ stage: 'full' }, { stage: 'off' }] }, 'must rise'],
  ['a stage twice', { stages: [{ stage: 'off' }, { stage: 'off' }] }, 'must rise'],
  ['a fallback that moves money', { fallbackStage: 'ramp-1' }, 'still moves money'],
  ['a team without members', { stages: [{ stage: 'off' }, { stage: 'team' }] }, 'needs /cohorts/team'],
])('%s is refused', (_what, change, message) => {
  expect(() => checkPlan(plan(change))).toThrow(message);
});

test('all faults are told at once', () => {
  const error = (() => {
    try {
      checkPlan({ ...plan(), name: 1, gate: {} });
    } catch (e) {
      return e as BadInput;
    }
    return null;
  })();
  expect(error).toBeInstanceOf(BadInput);
  expect(error?.message).toContain('/name');
  expect(error?.message).toContain('/gate');
});

test('a file that is not there, or not JSON, is bad input', () => {
  expect(() => loadPlan('no-such-plan')).toThrow(BadInput);
  expect(() => loadPlan(import.meta.filename)).toThrow(BadInput);
});

test('a stage’s own figures lie over the plan’s', () => {
  const checked = checkPlan(plan());
  expect(gateOf(checked, 'shadow')).toEqual({ ...GATE, minPerStratum: 7 });
  expect(gateOf(checked, 'ramp-1')).toEqual(GATE);
});

test('neighbours follow the plan, not the table', () => {
  const checked = checkPlan(plan());
  expect(neighbour(checked, 'ramp-1', 1)).toBe('full');
  expect(neighbour(checked, 'full', 1)).toBeNull();
  expect(neighbour(checked, 'off', -1)).toBeNull();
  expect(neighbour(checked, 'ramp-50', 1)).toBeNull();
});
