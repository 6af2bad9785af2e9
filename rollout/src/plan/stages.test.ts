import { expect, test } from 'vitest';
import { STAGE_NAMES, STAGES, type StageTerms, usualTerms } from './stages.ts';

test('every customer of a stage is also in all later stages', () => {
  for (const [i, name] of STAGE_NAMES.entries()) {
    for (const later of STAGE_NAMES.slice(i)) {
      expect(STAGES[later].percent).toBeGreaterThanOrEqual(STAGES[name].percent);
      expect(STAGES[later].cohorts).toEqual(expect.arrayContaining([...STAGES[name].cohorts]));
    }
  }
});

const all: StageTerms[] = Object.values(STAGES);

test('shares are whole percents, because Unleash has 100 buckets', () => {
  for (const { percent } of all) expect(Number.isInteger(percent)).toBe(true);
});

test('in a stage where the new core may be primary every request has a shadow', () => {
  for (const { primary, shadow } of all) if (primary === 'new') expect(shadow).toBe(1);
});

test('a share is above zero only in a stage where the new core may be primary', () => {
  for (const { percent, primary } of all) if (percent > 0) expect(primary).toBe('new');
});

test.each(['toString', '__proto__', 'ramp-5', ''])('%s is not a known stage name', (text) => {
  expect(usualTerms(text)).toBeNull();
});
