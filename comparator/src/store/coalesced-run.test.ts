import { expect, test } from 'vitest';
import { shared } from './coalesced-run.ts';

test('who asks during a run shares the next one, and what came before the question is done', async () => {
  const begun: PromiseWithResolvers<void>[] = [];
  const ask = shared(() => {
    const run = Promise.withResolvers<void>();
    begun.push(run);
    return run.promise;
  });
  const first = ask();
  const [second, third] = [ask(), ask()];
  expect(begun).toHaveLength(1);
  begun[0]?.resolve();
  await first;
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.resolve();
  await Promise.all([second, third]);
  expect(begun).toHaveLength(2);
});

test('a run that fails fails who asked for it, and not the next', async () => {
  let times = 0;
  const ask = shared(async () => {
    times += 1;
    if (times === 1) throw new Error('planted');
  });
  const [first, second] = [ask(), ask()];
  await expect(first).rejects.toThrow('planted');
  await expect(second).resolves.toBeUndefined();
});

test('a call made in the moment one run ends and the next is due begins no third beside them', async () => {
  let running = 0;
  let most = 0;
  const flush = shared(async () => {
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
