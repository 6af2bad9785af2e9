import { describe, expect, it } from 'vitest';
import { backOff } from './back-off.ts';
import { type Outbox, type RelayOptions, relayEvents } from './relay.ts';

describe('a back-off', () => {
  it('doubles up to five seconds, is random between a half and all of it, and starts again after a success', () => {
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

describe('a relay', () => {
  it('pauses only when the outbox is empty, and backs off after a fault', async () => {
    const stop = new AbortController();
    const happened: string[] = [];
    let turns = 0;
    const waiting = [true, true, false, true, false];
    const outbox: Outbox = {
      hasUnsent: async () => waiting.shift() ?? false,
      async sendUnsent() {
        if (waiting.length === 1) throw new Error('broker away');
        return 7;
      },
    };
    const options: RelayOptions = {
      signal: stop.signal,
      sleep: async (ms) => {
        happened.push(`sleep ${ms}`);
        if (waiting.length === 0) stop.abort();
      },
      random: () => 0.999_999,
      onTurn: () => {
        turns += 1;
      },
      onSent: (events) => happened.push(`sent ${events}`),
      onFault: (fault) => happened.push((fault as Error).message),
    };
    await relayEvents(outbox, async () => undefined, options);
    expect(happened).toEqual(['sent 7', 'sent 7', 'sleep 25', 'broker away', 'sleep 100', 'sleep 25']);
    expect(turns).toBe(5);
  });
});
