import { expect, test } from 'vitest';
import { rampInMemory } from '../../testing/ramp-in-memory.ts';
import type { Stay } from '../plan/stay.ts';

const HOUR = 3_600_000;
const ENOUGH = { match: 500 };

test('in a stage that moves money the first mismatch steps back at once, also while an approval is missing', async () => {
  const b = await rampInMemory('ramp-10', { approvals: 1 });
  b.setCounts(b.stay, ENOUGH);
  b.advanceClock(24 * HOUR);
  await b.controller.turn();
  b.setCounts(b.stay, { ...ENOUGH, mismatch: 1 });
  expect(await b.controller.turn()).toMatchObject({ action: 'step-back', to: { stage: 'shadow' } });
  b.setCounts(b.stay, { ...ENOUGH, mismatch: 40 }); // requests that were on their way
  expect(await b.controller.turn()).toBeNull();
  expect(await b.stage()).toBe('shadow');
  expect(b.store.records().map((r) => (JSON.parse(r.body) as { action: string }).action)).toEqual([
    'set',
    'step-back',
  ]);
});

test('a late mismatch of the previous stay steps back the current stage; a mismatch after that time does not', async () => {
  const b = await rampInMemory('ramp-1');
  const second = await b.set('ramp-10');
  b.setCounts(b.stay, { mismatch: 1 });
  expect(await b.controller.turn()).toMatchObject({
    from: second,
    to: { stage: 'shadow' },
    because: expect.stringContaining('late'),
  });
  await b.set('ramp-10');
  b.advanceClock(60_000);
  b.setCounts(second, { mismatch: 1 });
  expect(await b.controller.turn()).toBeNull();
});

test('if database and Unleash are both down, the step back for a late mismatch is made as soon as one is up', async () => {
  const b = await rampInMemory('ramp-1');
  await b.controller.turn();
  await b.set('ramp-10');
  await b.controller.turn();
  b.setCounts(b.stay, { mismatch: 1 });
  b.store.setDown(true);
  b.setUnleashUp(false);
  await expect(b.controller.turn()).rejects.toThrow('down');
  b.advanceClock(60_000); // the evidence of the previous stay is not read any more
  b.store.setDown(false);
  expect(await b.controller.turn()).toMatchObject({ action: 'step-back', to: { stage: 'shadow' } });
});

test('a late mismatch of the shadow stage steps back the next stage, which moves money because of that evidence', async () => {
  const b = await rampInMemory('shadow');
  b.setCounts(b.stay, ENOUGH);
  b.advanceClock(24 * HOUR);
  expect(await b.controller.turn()).toMatchObject({ to: { stage: 'ramp-1' } });
  b.setCounts(b.stay, { ...ENOUGH, mismatch: 1 });
  expect(await b.controller.turn()).toMatchObject({
    action: 'step-back',
    because: expect.stringContaining('late verdicts of shadow'),
  });
});

test('a mismatch that the shadow stage had before a person raised the stage is not late', async () => {
  const b = await rampInMemory('shadow');
  b.setCounts(b.stay, { mismatch: 3 });
  await b.controller.turn();
  await b.set('ramp-1');
  expect(await b.controller.turn()).toBeNull();
  b.setCounts(b.stay, { mismatch: 4 });
  expect(await b.controller.turn()).toMatchObject({ action: 'step-back' });
});

test('a mismatch that already caused a step back does not cause another one', async () => {
  const b = await rampInMemory('ramp-10');
  b.setCounts(b.stay, { mismatch: 3 });
  await b.controller.turn();
  await b.set('ramp-10');
  expect(await b.controller.turn()).toBeNull();
  expect(await b.stage()).toBe('ramp-10');
});

test('while the database is down the step back goes through Unleash; its record is written when the database is up again', async () => {
  const b = await rampInMemory('full');
  await b.controller.turn();
  b.setCounts(b.stay, { mismatch: 1 });
  b.store.setDown(true);
  expect(await b.controller.turn()).toMatchObject({ action: 'step-back', to: { stage: 'shadow' } });
  expect(b.flagState()).toMatchObject({ stage: 'shadow' });
  await expect(b.controller.turn()).rejects.toThrow('down'); // no second step back
  expect(b.pushed).toEqual(['shadow']);
  b.store.setDown(false);
  await b.controller.turn();
  expect((await b.store.read()).current).toMatchObject({
    stage: 'shadow',
    since: (b.flagState() as Stay).since,
  });
  await b.controller.syncFlag();
  expect(b.pushed).toEqual(['shadow']);
});

test('a step back through Unleash keeps a stop that was made before it', async () => {
  const b = await rampInMemory('full');
  await b.controller.turn();
  b.store.setDown(true);
  await b.tools.flag.push({ stage: 'shadow', since: '2031-01-01T00:00:00.000Z', held: true });
  b.setCounts(b.stay, { mismatch: 1 });
  expect(await b.controller.turn()).toMatchObject({ action: 'step-back' });
  expect(b.flagState()).toMatchObject({ stage: 'shadow', since: '2031-01-01T00:00:00.001Z', held: true });
  b.store.setDown(false);
  await b.controller.turn();
  expect((await b.store.read()).current).toMatchObject({ stage: 'shadow', held: true });
});

test('a held stage that fails steps back and stays held', async () => {
  const b = await rampInMemory('off');
  const held = await b.set('ramp-10', true);
  b.setCounts(held, { mismatch: 1 });
  expect(await b.controller.turn()).toMatchObject({ action: 'step-back' });
  expect((await b.store.read()).current).toMatchObject({ stage: 'shadow', held: true });
});
