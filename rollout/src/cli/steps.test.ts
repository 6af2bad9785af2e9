import { expect, test } from 'vitest';
import { adminInMemory } from '../../testing/admin-in-memory.ts';
import { GATE, planOf } from '../../testing/plan.ts';
import { rampInMemory } from '../../testing/ramp-in-memory.ts';
import { approve } from './approve.ts';
import { advance, back, resume, set, stop } from './steps.ts';

const HOUR = 3_600_000;
const ENOUGH = { match: 500 };
const LEE = { by: 'H. Lee', because: '' };

/** A ramp with the tools of the command line. */
async function ramp(stage: string, change: object = {}) {
  const b = await rampInMemory(stage, change);
  const tools = { ...b.tools, admin: adminInMemory().admin };
  const current = async () => (await b.store.read()).current;
  /** Lets the gate pass and the bake time end; only an approval may be missing. */
  const bake = async () => {
    b.setCounts((await current()) ?? b.stay, ENOUGH);
    b.advanceClock(24 * HOUR);
  };
  return { ...b, tools, current, bake };
}

test('the author of the plan may not approve, in upper or lower case', async () => {
  const b = await ramp('shadow', { approvals: 1 });
  for (const by of ['A. Author', 'a. author']) {
    expect(await approve(b.tools, { by, because: '' })).toMatchObject({ exit: 1, json: { approved: false } });
  }
  expect((await b.store.read()).approvals).toEqual([]);
});

test('only an approver of the plan may approve; then the ramp advances', async () => {
  const b = await ramp('shadow', { approvals: 1, approvers: ['H. Lee'] });
  await b.bake();
  expect(await approve(b.tools, { by: 'J. Kim', because: '' })).toMatchObject({ exit: 1 });
  expect(await advance(b.tools, LEE)).toMatchObject({ exit: 2, json: { blocks: [{ code: 'APPROVAL' }] } });
  expect(await approve(b.tools, LEE)).toMatchObject({ exit: 0, json: { have: 1, need: 1 } });
  expect(await advance(b.tools, LEE)).toMatchObject({ exit: 0, json: { to: 'ramp-1' } });
});

test('an approval does not count after a change of the plan', async () => {
  const b = await ramp('shadow', { approvals: 1 });
  await b.bake();
  await approve(b.tools, LEE);
  const edited = planOf({ approvals: 1, gate: { ...GATE, mismatchBound: 0.02 } });
  const tools = { ...b.tools, plan: edited };
  expect(await advance(tools, LEE)).toMatchObject({ exit: 2, json: { blocks: [{ code: 'APPROVAL' }] } });
  expect(await approve(tools, LEE)).toMatchObject({ json: { have: 1 } });
  expect(await advance(tools, LEE)).toMatchObject({ exit: 0 });
});

test('a person approves once, and a stage that needs no approval refuses one', async () => {
  const b = await ramp('shadow', { approvals: 2 });
  await approve(b.tools, LEE);
  expect(await approve(b.tools, { by: 'h. lee', because: '' })).toMatchObject({ json: { have: 1, need: 2 } });
  const free = await ramp('shadow');
  expect(await approve(free.tools, LEE)).toMatchObject({ exit: 1 });
});

test('a step back by a person is held: no controller advances until a person resumes', async () => {
  const b = await ramp('ramp-10');
  expect(await back(b.tools, LEE)).toMatchObject({ exit: 0, json: { from: 'ramp-10', to: 'ramp-1' } });
  expect(await b.current()).toMatchObject({ stage: 'ramp-1', held: true });
  expect(b.flagState()).toMatchObject({ stage: 'ramp-1', held: true });
  await b.bake();
  expect(await b.controller.turn()).toBeNull();
  expect(await resume(b.tools, LEE)).toMatchObject({ exit: 0 });
  await b.bake();
  expect(await b.controller.turn()).toMatchObject({ action: 'advance', to: { stage: 'ramp-10' } });
});

test('stage off that a person set stays, although it has no gate and no bake time', async () => {
  const b = await ramp('shadow');
  await set(b.tools, 'off', LEE);
  expect(await b.controller.turn()).toBeNull();
  expect(await b.current()).toMatchObject({ stage: 'off', held: true });
});

test('a step back of a stopped ramp is held', async () => {
  const b = await ramp('ramp-10');
  await stop(b.tools, LEE);
  await back(b.tools, LEE);
  expect(await b.current()).toMatchObject({ stage: 'off', held: true });
});

test('a stopped ramp is not raised before a person resumes', async () => {
  const b = await ramp('ramp-10');
  await stop(b.tools, LEE);
  const refused = await set(b.tools, 'full', LEE);
  expect(refused).toMatchObject({ exit: 1, json: { moved: false, why: 'held' } });
  expect(refused.text).toContain('rollout resume');
  expect(await b.current()).toMatchObject({ stage: 'shadow', held: true });
  await set(b.tools, 'shadow', LEE); // new evidence, held as before
  expect(await b.current()).toMatchObject({ stage: 'shadow', held: true });
  await resume(b.tools, LEE);
  expect(await set(b.tools, 'full', LEE)).toMatchObject({ exit: 0 });
  expect(await b.current()).toMatchObject({ stage: 'full', held: false });
});

test('a stage that is set to a higher one or to itself is not held', async () => {
  const b = await ramp('off');
  await set(b.tools, 'shadow', LEE);
  await set(b.tools, 'shadow', LEE);
  expect(await b.current()).toMatchObject({ stage: 'shadow', held: false });
  expect(await resume(b.tools, LEE)).toMatchObject({ exit: 3 });
});

test('a stop that arrives while a person sets a higher stage has priority', async () => {
  const b = await ramp('shadow');
  const read = b.store.read;
  const slow = {
    ...b.store,
    read: async () => {
      const before = await read();
      await b.set('shadow', true);
      return before;
    },
  };
  expect(await set({ ...b.tools, store: slow }, 'full', LEE)).toMatchObject({
    exit: 2,
    json: { moved: false },
  });
  expect(await b.current()).toMatchObject({ stage: 'shadow', held: true });
});

test('while the database is down a stop goes through Unleash, is sent to Slack, and is held when the database is up again', async () => {
  const b = await ramp('ramp-10');
  await b.controller.turn();
  b.store.setDown(true);
  expect(await stop(b.tools, LEE)).toMatchObject({ exit: 0, json: { moved: true, held: true } });
  expect(b.flagState()).toMatchObject({ stage: 'shadow', held: true });
  expect(b.notices).toMatchObject([{ action: 'stop', by: 'H. Lee', link: null }]);
  b.store.setDown(false);
  await b.controller.turn();
  await b.controller.syncFlag();
  expect(await b.current()).toMatchObject({ stage: 'shadow', held: true });
  await b.bake();
  expect(await b.controller.turn()).toBeNull();
});

test('no command raises the stage over a stop that only Unleash has', async () => {
  const b = await ramp('shadow');
  await b.bake();
  b.store.setDown(true);
  await stop(b.tools, LEE);
  b.store.setDown(false);
  for (const step of [advance(b.tools, LEE), set(b.tools, 'full', LEE)]) {
    const refused = await step;
    expect(refused).toMatchObject({ exit: 2, json: { moved: false, from: 'shadow' } });
    expect(refused.json).toMatchObject({ why: 'flag-later' });
  }
  expect(b.flagState()).toMatchObject({ stage: 'shadow', held: true });
  await b.controller.turn();
  await b.controller.syncFlag();
  expect(await set(b.tools, 'full', LEE)).toMatchObject({ exit: 1, json: { why: 'held' } });
});

test('no command raises the stage while the flag cannot be read or was changed by a person', async () => {
  const b = await ramp('shadow');
  await b.bake();
  const unread = { exit: 2, json: { moved: false, why: 'flag-unread' } };
  b.setUnleashUp(false);
  expect(await advance(b.tools, LEE)).toMatchObject(unread);
  expect(await set(b.tools, 'full', LEE)).toMatchObject(unread);
  b.setUnleashUp(true);
  const before = b.flagState();
  b.changeFlag({ kind: 'doubt', doubt: 'flag-off' });
  const inDoubt = { exit: 2, json: { moved: false, why: 'flag-in-doubt' } };
  expect(await advance(b.tools, LEE)).toMatchObject(inDoubt);
  expect(await set(b.tools, 'full', LEE)).toMatchObject(inDoubt);
  b.changeFlag(before);
  expect(await advance(b.tools, LEE)).toMatchObject({ exit: 0 });
});

test('a flag that is older than the database is updated', async () => {
  const b = await ramp('off');
  b.setUnleashUp(false);
  await set(b.tools, 'off', LEE);
  b.setUnleashUp(true);
  expect(await set(b.tools, 'shadow', LEE)).toMatchObject({ exit: 0 });
  expect(b.flagState()).toMatchObject({ stage: 'shadow' });
});

test('if database and Unleash are both down, a stop throws', async () => {
  const b = await ramp('ramp-10');
  b.store.setDown(true);
  b.setUnleashUp(false);
  await expect(stop(b.tools, LEE)).rejects.toThrow('down');
});

test('while Unleash is down a stop is made in the database, and its answer names the fault of Unleash', async () => {
  const b = await ramp('ramp-10');
  b.setUnleashUp(false);
  const stopped = await stop(b.tools, LEE);
  expect(stopped).toMatchObject({ exit: 0, json: { moved: true, unleash: 'Unleash is down' } });
  expect(await b.current()).toMatchObject({ stage: 'shadow', held: true });
});

test('back in the first stage and advance in the last stage are refused', async () => {
  expect(await back((await ramp('off')).tools, LEE)).toMatchObject({ exit: 3 });
  expect(await advance((await ramp('full')).tools, LEE)).toMatchObject({ exit: 3 });
});
