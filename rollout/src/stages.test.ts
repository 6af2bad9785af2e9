import { expect, test } from 'vitest';
import { isStageName, STAGE_NAMES, STAGES } from './stages.ts';

test('the stages rise: who is in a stage is in every later one', () => {
  for (const [i, name] of STAGE_NAMES.entries()) {
    for (const later of STAGE_NAMES.slice(i)) {
      expect(STAGES[later].percent).toBeGreaterThanOrEqual(STAGES[name].percent);
      expect(STAGES[later].cohorts).toEqual(expect.arrayContaining([...STAGES[name].cohorts]));
    }
  }
});

test('shares are whole percents, because half a percent enables nobody', () => {
  for (const { percent } of Object.values(STAGES)) expect(Number.isInteger(percent)).toBe(true);
});

test('a stage that moves money always has its shadow', () => {
  for (const stage of Object.values(STAGES)) if (stage.movesMoney) expect(stage.shadow).toBe(true);
});

test('a share above zero only in a stage that moves money', () => {
  for (const stage of Object.values(STAGES)) if (stage.percent > 0) expect(stage.movesMoney).toBe(true);
});

test.each(['toString', '__proto__', 'ramp-5', '', null])('%s is no stage', (text) => {
  expect(isStageName(text)).toBe(false);
});
