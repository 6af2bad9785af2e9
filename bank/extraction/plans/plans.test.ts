import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadPlan } from '@core-exit/rollout/testing';
import { expect, test } from 'vitest';

const plans = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json'));

test('the bank has a plan for production and one for the demonstration', () => {
  expect(plans.toSorted()).toEqual(['demo.json', 'interest-payout.json']);
});

test.each(plans)('%s is a valid plan whose stages last over midnights in Korea', (file) => {
  const plan = loadPlan(join(import.meta.dirname, file));
  expect(plan).toMatchObject({ timeZone: 'Asia/Seoul', flag: { name: 'interest-payout' } });
  for (const { bake } of plan.stages) expect(bake.midnights).toBeGreaterThan(0);
});
