import { describe, expect, it } from 'vitest';
import { backOff } from '../events/back-off.ts';
import { type LoopOptions, type Outbox, relayLoop } from '../events/relay.ts';
import { PartitionLost, persist } from './tax-book.ts';

describe('a back-off', () => {
  it('doubles up to five seconds, at random between a half and all of it, and starts anew after a success', () => {
    const most = backOff(() => 0.999_999);
    expect(Array.from({ length: 8 }, () => most.next())).toEqual([
      100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000,
    ]);
    const least = backOff(() => 0);
    expect([least.next(), least.next()]).toEqual([50, 100]);
    least.reset();
    expect(least.next()).toBe(50);
  });
});

describe('persisting', () => {
  const options = (waits: number[]) => ({
    sleep: async (ms: number) => void waits.push(ms),
    random: () => 0.999_999,
    onFault: () => undefined,
  });
  const failing = (times: number) => {
    let left = times;
    return async () => {
      left -= 1;
      if (left >= 0) throw new Error('database away');
      return 'done';
    };
  };

  it('tries again with growing pauses until it is done', async () => {
    const waits: number[] = [];
    expect(await persist({ stillMine: async () => true }, failing(3), options(waits))).toBe('done');
    expect(waits).toEqual([100, 200, 400]);
  });

  it('gives up when the partition has gone to another, so that the records come again there', async () => {
    let asked = 0;
    const stillMine = async () => {
      asked += 1;
      return asked < 2;
    };
    await expect(persist({ stillMine }, failing(9), options([]))).rejects.toThrow(PartitionLost);
    expect(asked).toBe(2);
  });
});

describe('a relay', () => {
  it('does not pause while there is something to send, pauses when not, and backs off on a fault', async () => {
    const stop = new AbortController();
    const happened: string[] = [];
    const waiting = [true, true, false, true, false];
    const outbox: Outbox = {
      hasUnsent: async () => waiting.shift() ?? false,
      async sendUnsent() {
        if (waiting.length === 1) throw new Error('broker away');
        return 7;
      },
    };
    const options: LoopOptions = {
      signal: stop.signal,
      sleep: async (ms) => {
        happened.push(`sleep ${ms}`);
        if (waiting.length === 0) stop.abort();
      },
      random: () => 0.999_999,
      onSent: (events) => happened.push(`sent ${events}`),
      onFault: (fault) => happened.push((fault as Error).message),
    };
    await relayLoop(outbox, async () => undefined, options);
    expect(happened).toEqual(['sent 7', 'sent 7', 'sleep 25', 'broker away', 'sleep 100', 'sleep 25']);
  });
});
