import { expect, test } from 'vitest';
import { Tails } from './tails.ts';

/** Work that ends when the test says so. */
function work() {
  let isRunning = false;
  const { promise, resolve } = Promise.withResolvers<void>();
  const run = () => {
    isRunning = true;
    return promise;
  };
  return { run, end: resolve, isRunning: () => isRunning };
}

test('runs as many as it has slots, queues up to its limit, and refuses the rest', async () => {
  const tails = new Tails(2, 1);
  const all = [work(), work(), work(), work()];
  expect(all.map(({ run }) => tails.submit(run))).toEqual([true, true, true, false]);
  expect(all.map(({ isRunning }) => isRunning())).toEqual([true, true, false, false]);
  expect(tails.size).toBe(3);
  all[0]?.end();
  await expect.poll(() => all[2]?.isRunning()).toBe(true);
  for (const { end } of all) end();
  await tails.idle();
  expect(tails.size).toBe(0);
});

test('is idle at once when there is nothing', async () => {
  await expect(new Tails(1, 0).idle()).resolves.toBeUndefined();
});
