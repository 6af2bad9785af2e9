import { expect, test } from 'vitest';
import { BoundedSemaphore } from './bounded-semaphore.ts';

/** Work that holds a permit until the test ends the work. */
function work(semaphore: BoundedSemaphore) {
  let state: 'waiting' | 'running' | 'refused' | 'done' = 'waiting';
  const { promise, resolve } = Promise.withResolvers<void>();
  const run = async () => {
    using permit = await semaphore.acquire();
    if (permit === null) {
      state = 'refused';
      return;
    }
    state = 'running';
    await promise;
    state = 'done';
  };
  return { run, end: resolve, state: () => state };
}

test('runs as many as there are permits, queues up to its limit, and refuses the rest at once', async () => {
  const semaphore = new BoundedSemaphore(2, 1);
  const all = [work(semaphore), work(semaphore), work(semaphore), work(semaphore)];
  for (const { run } of all) void run();
  await expect
    .poll(() => all.map(({ state }) => state()))
    .toEqual(['running', 'running', 'waiting', 'refused']);
  expect(semaphore.size).toBe(3);
  all[0]?.end();
  await expect.poll(() => all[2]?.state()).toBe('running');
  for (const { end } of all) end();
  await semaphore.idle();
  expect(semaphore.size).toBe(0);
});

test('a permit that is given back twice counts once', async () => {
  const semaphore = new BoundedSemaphore(1, 0);
  const permit = await semaphore.acquire();
  permit?.[Symbol.dispose]();
  permit?.[Symbol.dispose]();
  expect([await semaphore.acquire(), await semaphore.acquire()]).toEqual([expect.anything(), null]);
});

test('is idle at once when no permit is held', async () => {
  await expect(new BoundedSemaphore(1, 0).idle()).resolves.toBeUndefined();
});
