import { expect, test } from 'vitest';
import { bankInMemory } from '../controller/bank-testing.ts';
import { GATE, planOf } from '../plan-testing.ts';
import { adminInMemory } from '../unleash-testing.ts';
import { advance, approve, back, resume, set, stop } from './steps.ts';

const HOUR = 3_600_000;
const ENOUGH = { match: 500 };
const LEE = { by: 'H. Lee', because: '' };

/** A bank, and its people at the command line. */
async function bank(stage: string, change: object = {}) {
  const b = await bankInMemory(stage, change);
  const tools = { ...b.tools, admin: adminInMemory().admin };
  const inForce = async () => (await b.store.look()).inForce;
  /** Everything that a stage needs but an approval. */
  const bake = async () => {
    b.saw((await inForce()) ?? b.entry, ENOUGH);
    b.pass(24 * HOUR);
  };
  return { ...b, tools, inForce, bake };
}

test('the author of the plan does not approve it, however they write their name', async () => {
  const b = await bank('shadow', { approvals: 1 });
  for (const by of ['A. Author', 'a. author']) {
    expect(await approve(b.tools, { by, because: '' })).toMatchObject({ exit: 1, json: { approved: false } });
  }
  expect((await b.store.look()).approvals).toEqual([]);
});

test('who is not among the approvers does not approve; who is does, and the ramp goes on', async () => {
  const b = await bank('shadow', { approvals: 1, approvers: ['H. Lee'] });
  await b.bake();
  expect(await approve(b.tools, { by: 'J. Kim', because: '' })).toMatchObject({ exit: 1 });
  expect(await advance(b.tools, LEE)).toMatchObject({ exit: 2, json: { blocks: [{ code: 'APPROVAL' }] } });
  expect(await approve(b.tools, LEE)).toMatchObject({ exit: 0, json: { have: 1, need: 1 } });
  expect(await advance(b.tools, LEE)).toMatchObject({ exit: 0, json: { to: 'ramp-1' } });
});

test('an approval does not survive an edit of the plan', async () => {
  const b = await bank('shadow', { approvals: 1 });
  await b.bake();
  await approve(b.tools, LEE);
  const edited = planOf({ approvals: 1, gate: { ...GATE, mismatchBound: 0.02 } });
  const tools = { ...b.tools, plan: edited };
  expect(await advance(tools, LEE)).toMatchObject({ exit: 2, json: { blocks: [{ code: 'APPROVAL' }] } });
  expect(await approve(tools, LEE)).toMatchObject({ json: { have: 1 } });
  expect(await advance(tools, LEE)).toMatchObject({ exit: 0 });
});

test('one person is one approval, and a stage that needs none takes none', async () => {
  const b = await bank('shadow', { approvals: 2 });
  await approve(b.tools, LEE);
  expect(await approve(b.tools, { by: 'h. lee', because: '' })).toMatchObject({ json: { have: 1, need: 2 } });
  const free = await bank('shadow');
  expect(await approve(free.tools, LEE)).toMatchObject({ exit: 1 });
});

test('a step back by hand is held: no controller undoes it until a person resumes', async () => {
  const b = await bank('ramp-10');
  expect(await back(b.tools, LEE)).toMatchObject({ exit: 0, json: { from: 'ramp-10', to: 'ramp-1' } });
  expect(await b.inForce()).toMatchObject({ stage: 'ramp-1', held: true });
  expect(b.flagSays()).toMatchObject({ stage: 'ramp-1', held: true });
  await b.bake();
  expect(await b.controller.look()).toBeNull();
  expect(await resume(b.tools, LEE)).toMatchObject({ exit: 0 });
  await b.bake();
  expect(await b.controller.look()).toMatchObject({ action: 'advance', to: { stage: 'ramp-10' } });
});

test('off, set by hand, stays off, though that stage compares nothing and needs no time', async () => {
  const b = await bank('shadow');
  await set(b.tools, 'off', LEE);
  expect(await b.controller.look()).toBeNull();
  expect(await b.inForce()).toMatchObject({ stage: 'off', held: true });
});

test('a step back of a stopped ramp leaves it stopped', async () => {
  const b = await bank('ramp-10');
  await stop(b.tools, LEE);
  await back(b.tools, LEE);
  expect(await b.inForce()).toMatchObject({ stage: 'off', held: true });
});

test('a stopped ramp is not raised by hand before a person resumes', async () => {
  const b = await bank('ramp-10');
  await stop(b.tools, LEE);
  const refused = await set(b.tools, 'full', LEE);
  expect(refused).toMatchObject({ exit: 1, json: { moved: false, why: 'held' } });
  expect(refused.text).toContain('rollout resume');
  expect(await b.inForce()).toMatchObject({ stage: 'shadow', held: true });
  await set(b.tools, 'shadow', LEE); // its evidence anew, and held as before
  expect(await b.inForce()).toMatchObject({ stage: 'shadow', held: true });
  await resume(b.tools, LEE);
  expect(await set(b.tools, 'full', LEE)).toMatchObject({ exit: 0 });
  expect(await b.inForce()).toMatchObject({ stage: 'full', held: false });
});

test('a stage set upwards, or anew, is not held', async () => {
  const b = await bank('off');
  await set(b.tools, 'shadow', LEE);
  await set(b.tools, 'shadow', LEE);
  expect(await b.inForce()).toMatchObject({ stage: 'shadow', held: false });
  expect(await resume(b.tools, LEE)).toMatchObject({ exit: 3 });
});

test('a stop that arrives while somebody sets a higher stage is not overrun', async () => {
  const b = await bank('shadow');
  const look = b.store.look;
  const slow = {
    ...b.store,
    look: async () => {
      const seen = await look();
      await b.set('shadow', true);
      return seen;
    },
  };
  expect(await set({ ...b.tools, store: slow }, 'full', LEE)).toMatchObject({
    exit: 2,
    json: { moved: false },
  });
  expect(await b.inForce()).toMatchObject({ stage: 'shadow', held: true });
});

test('a stop with the database down goes through Unleash, is told, and is held when the database is back', async () => {
  const b = await bank('ramp-10');
  await b.controller.look();
  b.store.away(true);
  expect(await stop(b.tools, LEE)).toMatchObject({ exit: 0, json: { moved: true, held: true } });
  expect(b.flagSays()).toMatchObject({ stage: 'shadow', held: true });
  expect(b.news).toMatchObject([{ action: 'stop', by: 'H. Lee', link: null }]);
  b.store.away(false);
  await b.controller.look();
  await b.controller.syncFlag();
  expect(await b.inForce()).toMatchObject({ stage: 'shadow', held: true });
  await b.bake();
  expect(await b.controller.look()).toBeNull();
});

test('nobody goes up over a stop that Unleash alone heard of, before it has been taken over', async () => {
  const b = await bank('shadow');
  await b.bake();
  b.store.away(true);
  await stop(b.tools, LEE);
  b.store.away(false);
  for (const step of [advance(b.tools, LEE), set(b.tools, 'full', LEE)]) {
    const refused = await step;
    expect(refused).toMatchObject({ exit: 2, json: { moved: false, from: 'shadow' } });
    expect(refused.json).toMatchObject({ why: 'flag-later' });
  }
  expect(b.flagSays()).toMatchObject({ stage: 'shadow', held: true });
  await b.controller.look();
  await b.controller.syncFlag();
  expect(await set(b.tools, 'full', LEE)).toMatchObject({ exit: 1, json: { why: 'held' } });
});

test('nobody goes up while the flag cannot be asked, or was turned by hand', async () => {
  const b = await bank('shadow');
  await b.bake();
  const unread = { exit: 2, json: { moved: false, why: 'flag-unread' } };
  b.unleash(false);
  expect(await advance(b.tools, LEE)).toMatchObject(unread);
  expect(await set(b.tools, 'full', LEE)).toMatchObject(unread);
  b.unleash(true);
  const said = b.flagSays();
  b.turnByHand({ kind: 'doubt', doubt: 'flag-off' });
  const inDoubt = { exit: 2, json: { moved: false, why: 'flag-in-doubt' } };
  expect(await advance(b.tools, LEE)).toMatchObject(inDoubt);
  expect(await set(b.tools, 'full', LEE)).toMatchObject(inDoubt);
  b.turnByHand(said);
  expect(await advance(b.tools, LEE)).toMatchObject({ exit: 0 });
});

test('a flag that lags behind is told the step', async () => {
  const b = await bank('off');
  b.unleash(false);
  await set(b.tools, 'off', LEE);
  b.unleash(true);
  expect(await set(b.tools, 'shadow', LEE)).toMatchObject({ exit: 0 });
  expect(b.flagSays()).toMatchObject({ stage: 'shadow' });
});

test('with database and Unleash both down a stop says that it could not be made', async () => {
  const b = await bank('ramp-10');
  b.store.away(true);
  b.unleash(false);
  await expect(stop(b.tools, LEE)).rejects.toThrow('away');
});

test('with Unleash down a step is made in the database, and says that Unleash follows later', async () => {
  const b = await bank('ramp-10');
  b.unleash(false);
  const stopped = await stop(b.tools, LEE);
  expect(stopped).toMatchObject({ exit: 0, json: { moved: true, unleash: 'Unleash is away' } });
  expect(await b.inForce()).toMatchObject({ stage: 'shadow', held: true });
});

test('before the first stage there is none, nor after the last', async () => {
  expect(await back((await bank('off')).tools, LEE)).toMatchObject({ exit: 3 });
  expect(await advance((await bank('full')).tools, LEE)).toMatchObject({ exit: 3 });
});
