import { describe, expect, it, vi } from 'vitest';
import { readTogether } from './read-together.ts';

describe('reads of one turn', () => {
  it('travel together, shared keys once, and each gets its own in order', async () => {
    const server = vi.fn(async (keys: string[]) => keys.map((key) => (key === 'none' ? null : `${key}!`)));
    const read = readTogether(server);
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
    const read = readTogether(server);
    await read(['a']);
    await read(['a']);
    expect(server).toHaveBeenCalledTimes(2);
  });

  it('are split when they are many', async () => {
    const server = vi.fn(async (keys: string[]) => keys);
    const read = readTogether(server);
    const keys = Array.from({ length: 1_200 }, (_, i) => `k${i}`);
    expect(await Promise.all(keys.map(async (key) => (await read([key]))[0]))).toEqual(keys);
    expect(server).toHaveBeenCalledTimes(3);
  });

  it('fail together when the server does, and not afterwards', async () => {
    const server = vi.fn((): Promise<null[]> => Promise.reject(new Error('down')));
    const read = readTogether(server);
    const outcomes = await Promise.allSettled([read(['a']), read(['b'])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    server.mockResolvedValue([null]);
    expect(await read(['a'])).toEqual([null]);
  });
});
