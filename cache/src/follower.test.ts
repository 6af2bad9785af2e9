import { expect, it } from 'vitest';
import { readBeat } from './beat.ts';
import { Follower } from './follower.ts';
import { memoryStore } from './memory-store.ts';

const DAY = '2026-11-20';
const beatIn = async (store: ReturnType<typeof memoryStore>) =>
  readBeat((await store.read(['quote#beat']))[0] ?? null);

it('goes on with the epoch of the follower before it, when nothing was left out', async () => {
  const store = memoryStore();
  await new Follower({ store, name: 'quote' }).beat(1, DAY);
  const first = await beatIn(store);
  await new Follower({ store, name: 'quote' }).beat(2, DAY);
  expect(await beatIn(store)).toEqual({ ...first, at: 2 });
});

it('begins an epoch when a drop failed, and says so once', async () => {
  const store = memoryStore();
  const epochs: string[] = [];
  const flaky = { ...store, drop: () => Promise.reject(new Error('full')) };
  const follower = new Follower({ store: flaky, name: 'quote', onEpoch: (epoch) => epochs.push(epoch) });
  await follower.beat(1, DAY);
  await follower.drop([['a', 1n]]);
  await follower.beat(2, DAY);
  await follower.beat(3, DAY);
  expect(new Set(epochs).size).toBe(2);
  expect((await beatIn(store))?.epoch).toBe(epochs[1]);
});

it('says that a beat was not taken, and keeps the epoch broken until one is', async () => {
  const store = memoryStore();
  let isFull = true;
  const full: typeof store = {
    ...store,
    replace: (...args) => (isFull ? Promise.reject(new Error('full')) : store.replace(...args)),
  };
  const follower = new Follower({ store: full, name: 'quote' });
  follower.forgetAll();
  expect(await follower.beat(1, DAY)).toBe(false);
  isFull = false;
  await new Follower({ store, name: 'quote' }).beat(1, DAY);
  const others = await beatIn(store);
  expect(await follower.beat(2, DAY)).toBe(true);
  expect((await beatIn(store))?.epoch).not.toBe(others?.epoch);
});

it('begins an epoch on a server that came back with what it held at an earlier time', async () => {
  const store = memoryStore();
  const follower = new Follower({ store, name: 'quote' });
  await follower.beat(1, DAY);
  const [held] = await store.read(['quote#beat']);
  const before = await beatIn(store);
  store.flush();
  await store.replace('quote#beat', null, held ?? '', 60_000); // from a snapshot
  await follower.beat(2, DAY);
  expect((await beatIn(store))?.epoch).not.toBe(before?.epoch);
});
