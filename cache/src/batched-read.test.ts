import { describe, expect, it, vi } from 'vitest';
import { batchedRead } from './batched-read.ts';

describe('reads in one turn of the event loop', () => {
  it('are one command with each key once, and each read gets its values in order', async () => {
    const server = vi.fn(async (keys: string[]) => keys.map((key) => (key === 'none' ? null : `${key}!`)));
    const read = batchedRead(server);
    const answers = await Promise.all([read(['a', 'beat']), read(['none', 'beat']), read(['beat', 'a'])]);
    expect(answers).toEqual([
      ['a!', 'beat!'],
      [null, 'beat!'],
      ['beat!', 'a!'],
    ]);
    expect(server.mock.calls).toEqual([[['a', 'beat', 'none']]]);
  });

  it('of the next turn are another command', async () => {
    const server = vi.fn(async (keys: string[]) => keys.map(() => null));
    const read = batchedRead(server);
    await read(['a']);
    await read(['a']);
    expect(server).toHaveBeenCalledTimes(2);
  });

  it('are several commands if they have many keys', async () => {
    const server = vi.fn(async (keys: string[]) => keys);
    const read = batchedRead(server);
    const keys = Array.from({ length: 1_200 }, (_, i) => `k${i}`);
    expect(await Promise.all(keys.map(async (key) => (await read([key]))[0]))).toEqual(keys);
    expect(server).toHaveBeenCalledTimes(3);
  });

  it('all fail if the server fails, and later reads do not', async () => {
    const server = vi.fn((): Promise<null[]> => Promise.reject(new Error('down')));
    const read = batchedRead(server);
    const outcomes = await Promise.allSettled([read(['a']), read(['b'])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    server.mockResolvedValue([null]);
    expect(await read(['a'])).toEqual([null]);
  });
});
