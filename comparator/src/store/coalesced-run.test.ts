import { expect, test } from 'vitest';
import { coalesced } from './coalesced-run.ts';

test('calls during a run share the next run, which starts after them', async () => {
  const started: PromiseWithResolvers<void>[] = [];
  const run = coalesced(() => {
    const one = Promise.withResolvers<void>();
    started.push(one);
    return one.promise;
  });
  const first = run();
  const [second, third] = [run(), run()];
  expect(started).toHaveLength(1);
  started[0]?.resolve();
  await first;
  await expect.poll(() => started.length).toBe(2);
  started[1]?.resolve();
  await Promise.all([second, third]);
  expect(started).toHaveLength(2);
});

test('a failed run rejects its own callers, and not those of the next run', async () => {
  let times = 0;
  const run = coalesced(async () => {
    times += 1;
    if (times === 1) throw new Error('planted');
  });
  const [first, second] = [run(), run()];
  await expect(first).rejects.toThrow('planted');
  await expect(second).resolves.toBeUndefined();
});

test('a call at the moment between two runs does not start a third one in parallel', async () => {
  let running = 0;
  let most = 0;
  const flush = coalesced(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  });
  const first = flush();
  await Promise.resolve();
  const queued = flush();
  await first;
  await Promise.all([queued, flush()]);
  expect(most).toBe(1);
});
