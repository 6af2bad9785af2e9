import { expect, test } from 'vitest';
import type { FlagState } from '../flag-shape.ts';
import { decided } from '../store/store-contract.ts';
import { bankInMemory, NOBODY } from './bank-testing.ts';
import { createController } from './controller.ts';
import { handsTied } from './dry-run.ts';

const HOUR = 3_600_000;
const ENOUGH = { match: 500 }; // 437 are needed below 1 % at 98.75 %

test('advances when gate, bake time and midnight are there, tells why, and Unleash follows', async () => {
  const b = await bankInMemory('shadow');
  b.saw(b.entry, ENOUGH);
  expect(await b.controller.look()).toBeNull(); // no hour, no midnight yet
  b.pass(24 * HOUR);
  expect(await b.controller.look()).toMatchObject({ action: 'advance', to: { stage: 'ramp-1' } });
  expect(b.news).toMatchObject([{ kind: 'moved', action: 'advance', to: { stage: 'ramp-1' } }]);
  await b.controller.syncFlag();
  expect(b.flagSays()).toMatchObject({ stage: 'ramp-1', percent: 1 });
  expect(JSON.parse(b.store.records().at(-1)?.body ?? '')).toMatchObject({
    action: 'advance',
    plan: { hash: b.plan.hash },
    judgement: { decision: 'PASS' },
    evidence: { strata: [{ verdicts: ENOUGH }] },
  });
});

test('waits for a second person, says so once, and is quiet while waiting', async () => {
  const b = await bankInMemory('shadow', { approvals: 1 });
  b.saw(b.entry, ENOUGH);
  b.pass(24 * HOUR);
  for (let i = 0; i < 5; i += 1) expect(await b.controller.look()).toBeNull();
  expect(b.news).toMatchObject([{ kind: 'approval-wanted' }]);
  await b.store.approve(b.entry, b.plan.hash, decided('approve', 'H. Lee'));
  expect(await b.controller.look()).toMatchObject({
    to: { stage: 'ramp-1' },
    because: expect.stringContaining('H. Lee'),
  });
});

test('a failing stage without money on the new core stays, and that is told once', async () => {
  const b = await bankInMemory('shadow');
  b.saw(b.entry, { mismatch: 5 });
  for (let i = 0; i < 3; i += 1) expect(await b.controller.look()).toBeNull();
  expect(b.news).toMatchObject([{ kind: 'fails-where-it-is' }]);
  expect(await b.stage()).toBe('shadow');
});

test('with Unleash away the step back is in the database, which gateways obey, and Unleash follows later', async () => {
  const b = await bankInMemory('full');
  b.saw(b.entry, { mismatch: 1 });
  b.unleash(false);
  expect(await b.controller.look()).toMatchObject({ action: 'step-back' });
  expect(await b.stage()).toBe('shadow');
  await expect(b.controller.syncFlag()).rejects.toThrow('away');
  b.unleash(true);
  await b.controller.syncFlag();
  expect(b.flagSays()).toMatchObject({ stage: 'shadow' });
});

test('with Unleash away nothing advances', async () => {
  const b = await bankInMemory('shadow');
  b.saw(b.entry, ENOUGH);
  b.pass(24 * HOUR);
  b.unleash(false);
  await expect(b.controller.look()).rejects.toThrow('away');
  expect(await b.stage()).toBe('shadow');
  b.unleash(true);
  expect(await b.controller.look()).toMatchObject({ action: 'advance' });
});

test('without evidence nothing moves, and a stage in force stays', async () => {
  const b = await bankInMemory('ramp-10');
  b.evidence(false);
  b.pass(48 * HOUR);
  expect(await b.controller.look()).toBeNull();
  expect(await b.stage()).toBe('ramp-10');
});

test('of two controllers one acts; the other takes over when the first is gone', async () => {
  const b = await bankInMemory('shadow');
  const second = createController({ ...b.tools, holder: 'two' });
  b.saw(b.entry, ENOUGH);
  await b.controller.look();
  b.pass(24 * HOUR);
  await b.controller.look(); // renews, and advances
  expect(await second.look()).toBeNull();
  expect(second.view().isLeader).toBe(false);
  expect(b.news).toHaveLength(1);
  b.pass(10_000);
  await second.look();
  expect(second.view().isLeader).toBe(true);
});

test('an advance whose controller lost the lease meanwhile is not made', async () => {
  const b = await bankInMemory('shadow');
  const second = createController({ ...b.tools, holder: 'two' });
  b.saw(b.entry, ENOUGH);
  b.pass(24 * HOUR);
  const slow = createController({
    ...b.tools,
    evidence: async (entry) => {
      b.pass(10_000); // so long that the lease runs out
      await second.look();
      return b.tools.evidence(entry);
    },
  });
  await slow.look();
  expect(b.news.filter((n) => n.kind === 'moved')).toHaveLength(1);
  expect(await b.stage()).toBe('ramp-1');
});

test.each([
  ['turned so that it contradicts itself', { kind: 'doubt', doubt: 'percent-differs' }],
  ['switched off', { kind: 'doubt', doubt: 'flag-off' }],
  [
    'moved up',
    {
      kind: 'staged',
      stage: 'full',
      since: '2031-01-01T00:00:00.000Z',
      percent: 100,
      shadow: 1,
      primary: 'new',
      ...NOBODY,
    },
  ],
] as [string, FlagState][])('a flag %s by hand is a stop that a person has to lift', async (_what, state) => {
  const b = await bankInMemory('ramp-10');
  await b.controller.look();
  b.turnByHand(state);
  await b.controller.syncFlag();
  expect((await b.store.look()).inForce).toMatchObject({ stage: 'shadow', held: true });
  expect(b.news).toMatchObject([{ kind: 'moved', action: 'drift' }]);
  b.saw((await b.store.look()).inForce ?? b.entry, ENOUGH);
  b.pass(48 * HOUR);
  expect(await b.controller.look()).toBeNull();
});

test('a flag that stepped down by another road is taken over as it is', async () => {
  const b = await bankInMemory('ramp-10');
  await b.controller.look();
  const since = '2031-01-01T00:00:00.000Z';
  b.turnByHand({
    kind: 'staged',
    stage: 'shadow',
    since,
    percent: 0,
    shadow: 1,
    primary: 'legacy',
    ...NOBODY,
  });
  await b.controller.syncFlag();
  expect((await b.store.look()).inForce).toMatchObject({ stage: 'shadow', since, held: false });
});

test('a person’s stop through Unleash alone is held when the database is back, and nothing advances before', async () => {
  const b = await bankInMemory('shadow');
  b.saw(b.entry, ENOUGH);
  b.pass(24 * HOUR);
  const since = '2031-01-01T00:00:00.000Z';
  await b.tools.flag.push({ stage: 'shadow', since, held: true });
  expect(await b.controller.look()).toBeNull(); // everything is there, but the flag knows of another entry
  await b.controller.syncFlag();
  expect((await b.store.look()).inForce).toMatchObject({ stage: 'shadow', since, held: true });
  b.saw({ stage: 'shadow', since }, ENOUGH);
  b.pass(48 * HOUR);
  expect(await b.controller.look()).toBeNull();
});

test('a dry run says what it would do, and does nothing', async () => {
  const b = await bankInMemory('ramp-10');
  const said: unknown[] = [];
  const log = { info: (_o: unknown, text: string) => said.push(text) } as never;
  const dry = createController(handsTied(b.tools, log));
  b.saw(b.entry, { mismatch: 1 });
  await dry.look();
  await dry.look();
  expect(said).toEqual(['dry run: would step-back']);
  expect(await b.stage()).toBe('ramp-10');
  expect(b.store.records()).toHaveLength(1);
});
