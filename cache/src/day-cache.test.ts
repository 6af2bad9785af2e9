import { describe, expect, it } from 'vitest';
import { type CacheEvent, DayCache } from './day-cache.ts';
import type { DayStore } from './store.ts';

const NOON = Date.parse('2026-11-20T12:00:00+09:00');
const ONE_MINUTE_TO_MIDNIGHT = Date.parse('2026-11-20T23:59:00+09:00');
const MIDNIGHT = Date.parse('2026-11-21T00:00:00+09:00');

/** A store whose clock never expires anything, as a Redis with a wrong clock would. */
function memoryStore(): DayStore {
  const held = new Map<string, { version: bigint; text: string }>();
  return {
    get: async (key) => held.get(key)?.text ?? null,
    async putIfNewer(key, version, text) {
      const there = held.get(key);
      if (there === undefined || there.version <= version) held.set(key, { version, text });
    },
  };
}

const broken: DayStore = {
  get: () => Promise.reject(new Error('down')),
  putIfNewer: () => Promise.reject(new Error('down')),
};

function cacheAt(clock: { now: number }, store: DayStore, events: CacheEvent[] = [], generation = '1.0.0') {
  return new DayCache<string>({
    store,
    name: 'quote',
    generation,
    zone: 'Asia/Seoul',
    now: () => clock.now,
    onEvent: (event) => events.push(event),
  });
}

describe('day cache', () => {
  it('loads once and then serves what it kept', async () => {
    const cache = cacheAt({ now: NOON }, memoryStore());
    expect(await cache.get('a', async () => ({ value: 'first', version: 1n }))).toBe('first');
    expect(await cache.get('a', () => Promise.reject(new Error('must not load')))).toBe('first');
  });

  it('never serves yesterday, even from a store whose clock is wrong', async () => {
    const clock = { now: ONE_MINUTE_TO_MIDNIGHT };
    const cache = cacheAt(clock, memoryStore());
    await cache.get('a', async () => ({ value: 'yesterday', version: 1n }));
    clock.now = MIDNIGHT;
    expect(await cache.get('a', async () => ({ value: 'today', version: 1n }))).toBe('today');
  });

  it('judges the expiry in the payload, not only the day in the key', async () => {
    const clock = { now: ONE_MINUTE_TO_MIDNIGHT };
    const sameKey: DayStore = { ...memoryStore() };
    const oneKey: DayStore = {
      get: () => sameKey.get('k'),
      putIfNewer: (_key, version, text, ttl) => sameKey.putIfNewer('k', version, text, ttl),
    };
    const cache = cacheAt(clock, oneKey);
    await cache.get('a', async () => ({ value: 'yesterday', version: 1n }));
    clock.now = MIDNIGHT;
    expect(await cache.get('a', async () => ({ value: 'today', version: 1n }))).toBe('today');
  });

  it('does not let a load that began before a drop bring the old value back', async () => {
    const cache = cacheAt({ now: NOON }, memoryStore());
    const slow = Promise.withResolvers<{ value: string; version: bigint }>();
    const begun = Promise.withResolvers<void>();
    const reading = cache.get('a', () => {
      begun.resolve();
      return slow.promise;
    });
    await begun.promise;
    await cache.drop('a', 8n);
    expect(await cache.get('a', async () => ({ value: 'after', version: 8n }))).toBe('after');
    slow.resolve({ value: 'before the payout', version: 7n });
    await reading;
    expect(await cache.get('a', () => Promise.reject(new Error('must not load')))).toBe('after');
  });

  it('computes when the store is down, and says so', async () => {
    const events: CacheEvent[] = [];
    const cache = cacheAt({ now: NOON }, broken, events);
    expect(await cache.get('a', async () => ({ value: 'computed', version: 1n }))).toBe('computed');
    await cache.drop('a', 2n);
    expect(events).toEqual(['bypass', 'put-failed', 'drop-failed']);
  });

  it('loads once for callers that arrive together', async () => {
    const cache = cacheAt({ now: NOON }, memoryStore());
    let loads = 0;
    const load = async () => {
      loads += 1;
      return { value: 'v', version: 1n };
    };
    await Promise.all(Array.from({ length: 20 }, () => cache.get('a', load)));
    expect(loads).toBe(1);
  });

  it('does not serve what another release computed, but its drops reach every release', async () => {
    const store = memoryStore();
    const [old, next] = [cacheAt({ now: NOON }, store), cacheAt({ now: NOON }, store, [], '1.1.0')];
    await old.get('a', async () => ({ value: 'by the old rules', version: 1n }));
    expect(await next.get('a', async () => ({ value: 'by the new rules', version: 1n }))).toBe(
      'by the new rules',
    );
    await old.drop('a', 2n);
    expect(await next.get('a', async () => ({ value: 'after the drop', version: 2n }))).toBe(
      'after the drop',
    );
  });

  it('does not serve what is older than the version its caller knows of, kept or under way', async () => {
    const cache = cacheAt({ now: NOON }, memoryStore());
    const before = async () => ({ value: 'before', version: 7n });
    const after = async () => ({ value: 'after', version: 8n });
    await cache.get('a', before);
    expect(await cache.get('a', () => Promise.reject(new Error('must not load')), 7n)).toBe('before');
    expect(await cache.get('a', after, 8n)).toBe('after');

    const slow = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const early = cache.get('b', async () => {
      begun.resolve();
      await slow.promise;
      return before();
    });
    await begun.promise;
    const late = cache.get('b', after, 8n);
    slow.resolve();
    expect(await early).toBe('before');
    expect(await late).toBe('after');
  });

  it('shares a failed load with its callers and tries again afterwards', async () => {
    const cache = cacheAt({ now: NOON }, memoryStore());
    await expect(cache.get('a', () => Promise.reject(new Error('no ledger')))).rejects.toThrow('no ledger');
    expect(await cache.get('a', async () => ({ value: 'v', version: 1n }))).toBe('v');
  });
});
