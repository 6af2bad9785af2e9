import { expect, test } from 'vitest';
import type { Entry } from '../flag-control.ts';
import { bankInMemory } from './bank-testing.ts';

const HOUR = 3_600_000;
const ENOUGH = { match: 500 };

test('the first mismatch where money moves steps back at once, while waiting for an approval too', async () => {
  const b = await bankInMemory('ramp-10', { approvals: 1 });
  b.saw(b.entry, ENOUGH);
  b.pass(24 * HOUR);
  await b.controller.look();
  b.saw(b.entry, { ...ENOUGH, mismatch: 1 });
  expect(await b.controller.look()).toMatchObject({ action: 'step-back', to: { stage: 'shadow' } });
  b.saw(b.entry, { ...ENOUGH, mismatch: 40 }); // what was under way
  expect(await b.controller.look()).toBeNull();
  expect(await b.stage()).toBe('shadow');
  expect(b.store.records().map((r) => (JSON.parse(r.body) as { action: string }).action)).toEqual([
    'set',
    'step-back',
  ]);
});

test('a mismatch of the entry before, compared late, steps back the stage that followed; long after it does not', async () => {
  const b = await bankInMemory('ramp-1');
  const second = await b.set('ramp-10');
  b.saw(b.entry, { mismatch: 1 });
  expect(await b.controller.look()).toMatchObject({
    from: second,
    to: { stage: 'shadow' },
    because: expect.stringContaining('late'),
  });
  await b.set('ramp-10');
  b.pass(60_000);
  b.saw(second, { mismatch: 1 });
  expect(await b.controller.look()).toBeNull();
});

test('with database and Unleash both away a late mismatch is stepped back for as soon as one of them is back', async () => {
  const b = await bankInMemory('ramp-1');
  await b.controller.look();
  await b.set('ramp-10');
  await b.controller.look();
  b.saw(b.entry, { mismatch: 1 });
  b.store.away(true);
  b.unleash(false);
  await expect(b.controller.look()).rejects.toThrow('away');
  b.pass(60_000); // long after anybody asks for the evidence of the entry before
  b.store.away(false);
  expect(await b.controller.look()).toMatchObject({ action: 'step-back', to: { stage: 'shadow' } });
});

test('a late mismatch of the shadow stage steps back the stage in which money moves because of it', async () => {
  const b = await bankInMemory('shadow');
  b.saw(b.entry, ENOUGH);
  b.pass(24 * HOUR);
  expect(await b.controller.look()).toMatchObject({ to: { stage: 'ramp-1' } });
  b.saw(b.entry, { ...ENOUGH, mismatch: 1 });
  expect(await b.controller.look()).toMatchObject({
    action: 'step-back',
    because: expect.stringContaining('late from shadow'),
  });
});

test('a mismatch that the shadow stage showed before a person raised it by hand is no late one', async () => {
  const b = await bankInMemory('shadow');
  b.saw(b.entry, { mismatch: 3 });
  await b.controller.look();
  await b.set('ramp-1');
  expect(await b.controller.look()).toBeNull();
  b.saw(b.entry, { mismatch: 4 });
  expect(await b.controller.look()).toMatchObject({ action: 'step-back' });
});

test('a mismatch already answered for does not step back who enters again', async () => {
  const b = await bankInMemory('ramp-10');
  b.saw(b.entry, { mismatch: 3 });
  await b.controller.look();
  await b.set('ramp-10');
  expect(await b.controller.look()).toBeNull();
  expect(await b.stage()).toBe('ramp-10');
});

test('with the database away the step back goes through Unleash, and is recorded when it is back', async () => {
  const b = await bankInMemory('full');
  await b.controller.look();
  b.saw(b.entry, { mismatch: 1 });
  b.store.away(true);
  expect(await b.controller.look()).toMatchObject({ action: 'step-back', to: { stage: 'shadow' } });
  expect(b.flagSays()).toMatchObject({ stage: 'shadow' });
  await expect(b.controller.look()).rejects.toThrow('away'); // and not a second step
  expect(b.pushed).toEqual(['shadow']);
  b.store.away(false);
  await b.controller.look();
  expect((await b.store.look()).inForce).toMatchObject({
    stage: 'shadow',
    since: (b.flagSays() as Entry).since,
  });
  await b.controller.syncFlag();
  expect(b.pushed).toEqual(['shadow']);
});

test('a step back through Unleash alone does not lift a stop that came before it', async () => {
  const b = await bankInMemory('full');
  await b.controller.look();
  b.store.away(true);
  await b.tools.flag.push({ stage: 'shadow', since: '2031-01-01T00:00:00.000Z', held: true });
  b.saw(b.entry, { mismatch: 1 });
  expect(await b.controller.look()).toMatchObject({ action: 'step-back' });
  expect(b.flagSays()).toMatchObject({ stage: 'shadow', since: '2031-01-01T00:00:00.001Z', held: true });
  b.store.away(false);
  await b.controller.look();
  expect((await b.store.look()).inForce).toMatchObject({ stage: 'shadow', held: true });
});

test('a held stage that fails steps back and stays held', async () => {
  const b = await bankInMemory('off');
  const held = await b.set('ramp-10', true);
  b.saw(held, { mismatch: 1 });
  expect(await b.controller.look()).toMatchObject({ action: 'step-back' });
  expect((await b.store.look()).inForce).toMatchObject({ stage: 'shadow', held: true });
});
