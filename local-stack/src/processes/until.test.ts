import { describe, expect, it } from 'vitest';
import { freePort } from './ports.ts';
import { until } from './until.ts';

describe('waiting for a condition', () => {
  it('returns the result of the condition', async () => {
    const answers = [undefined, false, 0, 'ready'];
    expect(await until(() => answers.shift(), { timeoutMs: 5_000, everyMs: 1 })).toBe('ready');
  });

  it('calls the condition once even if there is no time', async () => {
    expect(await until(() => true, { timeoutMs: 0 })).toBe(true);
  });

  it('reports what it waited for and the last error', async () => {
    const failing = () => {
      throw new Error('connection refused');
    };
    const waiting = until(failing, { timeoutMs: 20, what: 'Postgres', everyMs: 1 });
    await expect(waiting).rejects.toMatchObject({
      code: 'NOT_IN_TIME',
      message: expect.stringContaining('Postgres: not fulfilled within 20 ms'),
      cause: expect.objectContaining({ message: 'connection refused' }),
    });
  });
});

describe('free ports', () => {
  it('are different, and outside the range of outgoing connections', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    expect(new Set(ports).size).toBe(20);
    for (const port of ports) expect(port).toSatisfy((p: number) => p >= 20_000 && p < 32_768);
  });
});
