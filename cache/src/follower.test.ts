import { expect, it } from 'vitest';
import { Follower } from './follower.ts';
import { readHeartbeat } from './heartbeat.ts';
import { memoryStore } from './memory-store.ts';

const DAY = '2026-11-20';
const heartbeatIn = async (store: ReturnType<typeof memoryStore>) =>
  readHeartbeat((await store.read(['quote#beat']))[0] ?? null);

it('continues the epoch of the previous follower', async () => {
  const store = memoryStore();
  await new Follower({ store, name: 'quote' }).beat(1, DAY);
  const first = await heartbeatIn(store);
  await new Follower({ store, name: 'quote' }).beat(2, DAY);
  expect(await heartbeatIn(store)).toEqual({ ...first, at: 2 });
});

it('begins an epoch after a failed drop, and reports it once', async () => {
  const store = memoryStore();
  const epochs: string[] = [];
  const flaky = { ...store, drop: () => Promise.reject(new Error('full')) };
  const follower = new Follower({ store: flaky, name: 'quote', onEpoch: (epoch) => epochs.push(epoch) });
  await follower.beat(1, DAY);
  await follower.drop([['a', 1n]]);
  await follower.beat(2, DAY);
  await follower.beat(3, DAY);
  expect(new Set(epochs).size).toBe(2);
  expect((await heartbeatIn(store))?.epoch).toBe(epochs[1]);
});

it('returns false for a heartbeat that the store refused, and begins an epoch with the next accepted one', async () => {
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
  const others = await heartbeatIn(store);
  expect(await follower.beat(2, DAY)).toBe(true);
  expect((await heartbeatIn(store))?.epoch).not.toBe(others?.epoch);
});

it('begins an epoch on a server that restarted with older data', async () => {
  const store = memoryStore();
  const follower = new Follower({ store, name: 'quote' });
  await follower.beat(1, DAY);
  const [held] = await store.read(['quote#beat']);
  const before = await heartbeatIn(store);
  store.flush();
  await store.replace('quote#beat', null, held ?? '', 60_000); // restored from a snapshot
  await follower.beat(2, DAY);
  expect((await heartbeatIn(store))?.epoch).not.toBe(before?.epoch);
});
