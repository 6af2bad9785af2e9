import { expect, test } from 'vitest';
import { NO_MEMBERS, rampInMemory } from '../../testing/ramp-in-memory.ts';
import { draftOf } from '../../testing/store-contract.ts';
import type { FlagState } from '../flag/flag-shape.ts';
import { createController } from './controller.ts';
import { dryRunTools } from './dry-run-tools.ts';

const HOUR = 3_600_000;
const ENOUGH = { match: 500 }; // 437 are needed below 1 % at 98.75 %

test('advances when the gate passed and bake time and midnight have passed; sends a notice and updates Unleash', async () => {
  const b = await rampInMemory('shadow');
  b.setCounts(b.stay, ENOUGH);
  expect(await b.controller.turn()).toBeNull(); // neither the bake time nor a midnight has passed
  b.advanceClock(24 * HOUR);
  expect(await b.controller.turn()).toMatchObject({ action: 'advance', to: { stage: 'ramp-1' } });
  expect(b.notices).toMatchObject([{ kind: 'moved', action: 'advance', to: { stage: 'ramp-1' } }]);
  await b.controller.syncFlag();
  expect(b.flagState()).toMatchObject({ stage: 'ramp-1', percent: 1 });
  expect(JSON.parse(b.store.records().at(-1)?.body ?? '')).toMatchObject({
    action: 'advance',
    plan: { hash: b.plan.hash },
    judgement: { decision: 'PASS' },
    evidence: { strata: [{ verdicts: ENOUGH }] },
  });
});

test('waits for the approval of a second person and sends one notice', async () => {
  const b = await rampInMemory('shadow', { approvals: 1 });
  b.setCounts(b.stay, ENOUGH);
  b.advanceClock(24 * HOUR);
  for (let i = 0; i < 5; i += 1) expect(await b.controller.turn()).toBeNull();
  expect(b.notices).toMatchObject([{ kind: 'approval-needed' }]);
  await b.store.approve(b.stay, b.plan.hash, draftOf('approve', 'H. Lee'));
  expect(await b.controller.turn()).toMatchObject({
    to: { stage: 'ramp-1' },
    because: expect.stringContaining('H. Lee'),
  });
});

test('a stage that fails without moving money stays, and one notice is sent', async () => {
  const b = await rampInMemory('shadow');
  b.setCounts(b.stay, { mismatch: 5 });
  for (let i = 0; i < 3; i += 1) expect(await b.controller.turn()).toBeNull();
  expect(b.notices).toMatchObject([{ kind: 'fails-without-money' }]);
  expect(await b.stage()).toBe('shadow');
});

test('while Unleash is down the step back is in the database, which gateways read; Unleash is updated later', async () => {
  const b = await rampInMemory('full');
  b.setCounts(b.stay, { mismatch: 1 });
  b.setUnleashUp(false);
  expect(await b.controller.turn()).toMatchObject({ action: 'step-back' });
  expect(await b.stage()).toBe('shadow');
  await expect(b.controller.syncFlag()).rejects.toThrow('down');
  b.setUnleashUp(true);
  await b.controller.syncFlag();
  expect(b.flagState()).toMatchObject({ stage: 'shadow' });
});

test('while Unleash is down nothing advances', async () => {
  const b = await rampInMemory('shadow');
  b.setCounts(b.stay, ENOUGH);
  b.advanceClock(24 * HOUR);
  b.setUnleashUp(false);
  await expect(b.controller.turn()).rejects.toThrow('down');
  expect(await b.stage()).toBe('shadow');
  b.setUnleashUp(true);
  expect(await b.controller.turn()).toMatchObject({ action: 'advance' });
});

test('without evidence nothing moves', async () => {
  const b = await rampInMemory('ramp-10');
  b.setEvidenceUp(false);
  b.advanceClock(48 * HOUR);
  expect(await b.controller.turn()).toBeNull();
  expect(await b.stage()).toBe('ramp-10');
});

test('of two controllers one acts; the other takes over when the lease expires', async () => {
  const b = await rampInMemory('shadow');
  const second = createController({ ...b.tools, holder: 'two' });
  b.setCounts(b.stay, ENOUGH);
  await b.controller.turn();
  b.advanceClock(24 * HOUR);
  await b.controller.turn(); // renews the lease and advances
  expect(await second.turn()).toBeNull();
  expect(second.view().isLeader).toBe(false);
  expect(b.notices).toHaveLength(1);
  b.advanceClock(10_000);
  await second.turn();
  expect(second.view().isLeader).toBe(true);
});

test('a controller that lost the lease during its turn does not advance', async () => {
  const b = await rampInMemory('shadow');
  const second = createController({ ...b.tools, holder: 'two' });
  b.setCounts(b.stay, ENOUGH);
  b.advanceClock(24 * HOUR);
  const slow = createController({
    ...b.tools,
    evidence: async (stay) => {
      b.advanceClock(10_000); // the lease expires
      await second.turn();
      return b.tools.evidence(stay);
    },
  });
  await slow.turn();
  expect(b.notices.filter((n) => n.kind === 'moved')).toHaveLength(1);
  expect(await b.stage()).toBe('ramp-1');
});

test.each([
  ['changed so that it contradicts itself', { kind: 'doubt', doubt: 'percent-differs' }],
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
      ...NO_MEMBERS,
    },
  ],
] as [string, FlagState][])(
  'a flag that a person %s is a stop until a person resumes',
  async (_what, state) => {
    const b = await rampInMemory('ramp-10');
    await b.controller.turn();
    b.changeFlag(state);
    await b.controller.syncFlag();
    expect((await b.store.read()).current).toMatchObject({ stage: 'shadow', held: true });
    expect(b.notices).toMatchObject([{ kind: 'moved', action: 'drift' }]);
    b.setCounts((await b.store.read()).current ?? b.stay, ENOUGH);
    b.advanceClock(48 * HOUR);
    expect(await b.controller.turn()).toBeNull();
  },
);

test('a step back that was made through Unleash is written to the database', async () => {
  const b = await rampInMemory('ramp-10');
  await b.controller.turn();
  const since = '2031-01-01T00:00:00.000Z';
  b.changeFlag({
    kind: 'staged',
    stage: 'shadow',
    since,
    percent: 0,
    shadow: 1,
    primary: 'legacy',
    ...NO_MEMBERS,
  });
  await b.controller.syncFlag();
  expect((await b.store.read()).current).toMatchObject({ stage: 'shadow', since, held: false });
});

test('a stop that a person made through Unleash is held when the database is up again, and nothing advances before', async () => {
  const b = await rampInMemory('shadow');
  b.setCounts(b.stay, ENOUGH);
  b.advanceClock(24 * HOUR);
  const since = '2031-01-01T00:00:00.000Z';
  await b.tools.flag.push({ stage: 'shadow', since, held: true });
  expect(await b.controller.turn()).toBeNull(); // nothing blocks the stage, but the flag has another stay
  await b.controller.syncFlag();
  expect((await b.store.read()).current).toMatchObject({ stage: 'shadow', since, held: true });
  b.setCounts({ stage: 'shadow', since }, ENOUGH);
  b.advanceClock(48 * HOUR);
  expect(await b.controller.turn()).toBeNull();
});

test('a dry run logs what it would do and changes nothing', async () => {
  const b = await rampInMemory('ramp-10');
  const logged: unknown[] = [];
  const log = { info: (_o: unknown, text: string) => logged.push(text) } as never;
  const dry = createController(dryRunTools(b.tools, log));
  b.setCounts(b.stay, { mismatch: 1 });
  await dry.turn();
  await dry.turn();
  expect(logged).toEqual(['dry run: would step-back']);
  expect(await b.stage()).toBe('ramp-10');
  expect(b.store.records()).toHaveLength(1);
});
