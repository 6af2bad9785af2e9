import { describe, expect, it } from 'vitest';
import { chaosStore, hangs, rejects } from '../testing/chaos-store.ts';
import { boundedStore } from './bounded-store.ts';
import { type CacheEvent, DayCache } from './day-cache.ts';
import { memoryStore } from './memory-store.ts';

const source = {
  load: async () => ({ value: 'computed', version: 1n, day: '2026-11-20' }),
  position: async () => ({ version: 1n, day: '2026-11-20' }),
};

function cacheOn(trouble: () => Promise<void>, clock = { now: 0 }) {
  const events: CacheEvent[] = [];
  const store = chaosStore(memoryStore(), trouble);
  const cache = new DayCache<string>({
    store: boundedStore(store, () => clock.now),
    name: 'price',
    generation: '1',
    zone: 'Asia/Tokyo',
    now: () => Date.parse('2026-11-20T12:00:00+09:00'),
    onEvent: (event) => events.push(event),
  });
  return { cache, store, events };
}

describe('a store that fails', () => {
  it.each([
    ['rejects', rejects],
    ['hangs', hangs],
  ])('and %s does not fail a read, and delays it by no more than its time limit', async (_what, trouble) => {
    const { cache, events } = cacheOn(trouble);
    const startedAt = performance.now();
    expect(await cache.get('a', source)).toBe('computed');
    expect(performance.now() - startedAt).toBeLessThan(60);
    expect(events).toEqual(['bypass']);
  });

  it('is not called after a tenth of a second without an answer, and is called once a second later', async () => {
    const clock = { now: 0 };
    let isDown = true;
    const { cache, store } = cacheOn(() => (isDown ? rejects() : Promise.resolve()), clock);
    const callsOf = async (reads: number): Promise<number> => {
      const before = store.calls;
      for (let i = 0; i < reads; i += 1) expect(await cache.get('a', source)).toBe('computed');
      return store.calls - before;
    };
    expect(await callsOf(20)).toBeGreaterThanOrEqual(20); // a short pause fails all calls in progress at once, which must not open the circuit
    clock.now += 100;
    expect(await callsOf(20)).toBe(1);
    clock.now += 999;
    expect(await callsOf(1)).toBe(0);
    clock.now += 1;
    expect(await callsOf(20)).toBe(1);
    isDown = false;
    clock.now += 1_000;
    expect(await callsOf(2)).toBeGreaterThanOrEqual(2);
  });

  it('for one read serves no older value afterwards', async () => {
    let refusals = 0;
    const { cache } = cacheOn(() => (refusals-- > 0 ? rejects() : Promise.resolve()));
    const at = (version: bigint) => ({
      load: async () => ({ value: `at ${version}`, version, day: '2026-11-20' }),
      position: async () => ({ version: 1n, day: '2026-11-20' }), // the position of a reader with an old state
    });
    await cache.get('a', at(1n));
    expect(await cache.get('a', at(2n))).toBe('at 1');
    refusals = 1;
    expect(await cache.get('a', at(2n))).toBe('at 2');
    expect(await cache.get('a', at(3n))).toBe('at 3');
  });

  it('at a drop only emits an event', async () => {
    const { cache, events } = cacheOn(rejects);
    await cache.drop('a', 2n);
    expect(events).toEqual(['drop-failed']);
  });

  it('is not slow if its answer waits in the socket of a busy process', async () => {
    const { cache, events } = cacheOn(async () => {
      const busyUntil = performance.now() + 50;
      setImmediate(() => {
        while (performance.now() < busyUntil);
      });
      await new Promise((done) => setImmediate(done));
    });
    await cache.get('a', source);
    expect(events).not.toContain('bypass');
  });
});
