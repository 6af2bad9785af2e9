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
    name: 'quote',
    generation: '1',
    zone: 'Asia/Seoul',
    now: () => Date.parse('2026-11-20T12:00:00+09:00'),
    onEvent: (event) => events.push(event),
  });
  return { cache, store, events };
}

describe('a store in trouble', () => {
  it.each([
    ['rejects', rejects],
    ['hangs', hangs],
  ])('that %s fails no read and delays it by no more than its bound', async (_what, trouble) => {
    const { cache, events } = cacheOn(trouble);
    const begun = performance.now();
    expect(await cache.get('a', source)).toBe('computed');
    expect(performance.now() - begun).toBeLessThan(60);
    expect(events).toEqual(['bypass']);
  });

  it('is not asked any more after a tenth of a second without an answer, and once again a second later', async () => {
    const clock = { now: 0 };
    let isDown = true;
    const { cache, store } = cacheOn(() => (isDown ? rejects() : Promise.resolve()), clock);
    const callsOf = async (quotes: number): Promise<number> => {
      const before = store.calls;
      for (let i = 0; i < quotes; i += 1) expect(await cache.get('a', source)).toBe('computed');
      return store.calls - before;
    };
    expect(await callsOf(20)).toBeGreaterThanOrEqual(20); // a hiccup of all that are under way at once
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

  it('that did not answer once serves nothing older than the answer it missed', async () => {
    let refusals = 0;
    const { cache } = cacheOn(() => (refusals-- > 0 ? rejects() : Promise.resolve()));
    const at = (version: bigint) => ({
      load: async () => ({ value: `at ${version}`, version, day: '2026-11-20' }),
      position: async () => ({ version: 1n, day: '2026-11-20' }), // of a reader who knows no better
    });
    await cache.get('a', at(1n));
    expect(await cache.get('a', at(2n))).toBe('at 1');
    refusals = 1;
    expect(await cache.get('a', at(2n))).toBe('at 2');
    expect(await cache.get('a', at(3n))).toBe('at 3');
  });

  it('that fails a drop only tells so', async () => {
    const { cache, events } = cacheOn(rejects);
    await cache.drop('a', 2n);
    expect(events).toEqual(['drop-failed']);
  });

  it('whose answer lies in the socket of a busy process is not slow', async () => {
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
