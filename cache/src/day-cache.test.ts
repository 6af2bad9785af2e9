import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type CacheEvent, DayCache, type Source } from './day-cache.ts';
import { Follower } from './follower.ts';
import { memoryStore } from './memory-store.ts';

const at = (text: string): number => Date.parse(`${text}+09:00`);
const DAY = '2026-11-20';
const NOON = at('2026-11-20T12:00:00');

let now = NOON;
let events: CacheEvent[] = [];
beforeEach(() => {
  now = NOON;
  events = [];
});

const cacheOn = (store = memoryStore(() => now), generation = '1.0.0 2026-01') =>
  new DayCache<string>({
    store,
    name: 'price',
    generation,
    zone: 'Asia/Tokyo',
    now: () => now,
    onEvent: (event) => events.push(event),
  });

/** A source with one value; `loads` counts its loads. */
function sourceOf(value: string, version = 1n, day = DAY): Source<string> & { loads: () => number } {
  const load = vi.fn(async () => ({ value, version, day }));
  return { load, position: async () => ({ version, day }), loads: () => load.mock.calls.length };
}
/** A source that must not be called. */
const untouched: Source<string> = {
  load: () => Promise.reject(new Error('must not load')),
  position: () => Promise.reject(new Error('must not read the position')),
};
const onlyPosition = (version: bigint, day = DAY): Source<string> => ({
  ...untouched,
  position: async () => ({ version, day }),
});

describe('with a follower that writes heartbeats', () => {
  const store = () => memoryStore(() => now);

  it('a cached value is served without a call to the source', async () => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'price' })];
    await follower.beat(now, DAY);
    expect(await cache.get('a', sourceOf('first'))).toBe('first');
    expect(await cache.get('a', untouched)).toBe('first');
    expect(events).toEqual(['miss', 'hit']);
  });

  it('a dropped value is loaded again, and a load from before the drop cannot restore it', async () => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'price' })];
    await follower.beat(now, DAY);
    const slow = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const early = cache.get('a', {
      ...untouched,
      load: async () => {
        started.resolve();
        await slow.promise;
        return { value: 'before', version: 7n, day: DAY };
      },
    });
    await started.promise;
    await follower.drop([['a', 8n]]);
    const late = cache.get('a', sourceOf('after', 8n)); // joins the early load, whose version is too old
    slow.resolve();
    expect(await early).toBe('before');
    expect(await late).toBe('after');
    expect(await cache.get('a', untouched)).toBe('after');
  });

  it('a put of a load from before the drop is refused', async () => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'price' })];
    await follower.beat(now, DAY);
    const before = async () => {
      await follower.drop([['a', 8n]]);
      return { value: 'before', version: 7n, day: DAY };
    };
    await cache.get('a', { ...untouched, load: before });
    expect(await cache.get('a', sourceOf('after', 8n))).toBe('after');
  });

  it('and a heartbeat older than two seconds, the position of the source is read', async () => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'price' })];
    await follower.beat(now, DAY);
    await cache.get('a', sourceOf('first'));
    now += 2_001;
    expect(await cache.get('a', onlyPosition(1n))).toBe('first');
    expect(await cache.get('a', sourceOf('second', 2n))).toBe('second');
    expect(events).toEqual(['miss', 'confirmed', 'miss']);
  });

  it('and a heartbeat from the future, the position is read, because the own clock is slow', async () => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'price' })];
    await follower.beat(now, DAY);
    await cache.get('a', sourceOf('first'));
    await follower.beat(now + 1_000, DAY);
    await expect(cache.get('a', untouched)).rejects.toThrow('must not read the position');
  });

  it.each([
    ['lost its server', (held: ReturnType<typeof store>) => held.flush()],
    ['called forgetAll', (_: unknown, follower: Follower) => follower.forgetAll()],
  ])('that %s, no value of the earlier epoch is served', async (_what, trouble) => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'price' })];
    await follower.beat(now, DAY);
    await cache.get('a', sourceOf('before'));
    const [copy] = await held.read(['price:a']);
    trouble(held, follower);
    await follower.beat(now, DAY);
    await held.putIfNewer('price:a', 1n, copy?.slice(2) ?? '', 60_000); // a late put of an earlier load
    expect(await cache.get('a', sourceOf('after'))).toBe('after');
  });
});

describe('around midnight', () => {
  it('in the last second of a day the source decides which day it is', async () => {
    now = at('2026-11-20T23:59:59.500');
    const held = memoryStore(() => now);
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'price' })];
    await follower.beat(now, DAY);
    await cache.get('a', sourceOf('yesterday'));
    expect(await cache.get('a', onlyPosition(1n))).toBe('yesterday');
    expect(await cache.get('a', sourceOf('today', 1n, '2026-11-21'))).toBe('today');
  });

  it.each([-300_000, -3_000, -200, 200, 3_000, 300_000])(
    'a process whose clock is %i ms off serves no value of yesterday',
    async (offMs) => {
      let clock = at('2026-11-20T23:59:50');
      const held = memoryStore(() => clock);
      const follower = new Follower({ store: held, name: 'price' });
      const cache = new DayCache<string>({
        store: held,
        name: 'price',
        generation: '1',
        zone: 'Asia/Tokyo',
        now: () => clock + offMs,
      });
      const dayOf = () => (clock < at('2026-11-21T00:00:00') ? '2026-11-20' : '2026-11-21');
      for (; clock < at('2026-11-21T00:00:10'); clock += 100) {
        await follower.beat(clock, dayOf());
        expect(await cache.get('a', sourceOf(dayOf(), 1n, dayOf()))).toBe(dayOf());
      }
    },
  );

  it('a value loaded at the end of the day is not cached for the next day', async () => {
    now = at('2026-11-21T00:00:00.010'); // this clock is fast: for the source it is still yesterday
    const held = memoryStore(() => now);
    const cache = cacheOn(held);
    await cache.get('a', sourceOf('yesterday', 1n, DAY));
    expect(await held.read(['price:a'])).toEqual([null]);
  });
});

describe('without a follower', () => {
  it('a cached value is served while the position of the source is the same', async () => {
    const cache = cacheOn();
    await cache.get('a', sourceOf('first'));
    expect(await cache.get('a', onlyPosition(1n))).toBe('first');
    expect(await cache.get('a', sourceOf('second', 2n))).toBe('second');
  });

  it('an item that the source does not have is null, and is not cached', async () => {
    const cache = cacheOn();
    const nothing: Source<string> = { load: async () => null, position: async () => null };
    expect(await cache.get('a', nothing)).toBeNull();
    expect(await cache.get('a', sourceOf('there'))).toBe('there');
    expect(await cache.get('a', nothing)).toBeNull();
  });

  it('another release does not serve the value, but its drops reach every release', async () => {
    const held = memoryStore(() => now);
    const [old, next] = [cacheOn(held), cacheOn(held, '1.1.0 2026-01')];
    await old.get('a', sourceOf('by the old rules'));
    expect(await next.get('a', sourceOf('by the new rules'))).toBe('by the new rules');
    await old.drop('a', 2n);
    expect(await next.get('a', sourceOf('after the drop', 2n))).toBe('after the drop');
  });

  it('an unknown text in the store counts as a miss', async () => {
    const held = memoryStore(() => now);
    const cache = new DayCache<object>({
      store: held,
      name: 'price',
      generation: '1',
      zone: 'Asia/Tokyo',
      now: () => now,
    });
    const source = {
      load: async () => ({ value: {}, version: 1n, day: DAY }),
      position: async () => ({ version: 1n, day: DAY }),
    };
    for (const text of ['', 'x', '2026-11-20 9999999999999 - 1\n{"half":', '2026-11-20']) {
      await held.putIfNewer('price:a', 1n, text, 60_000);
      expect(await cache.get('a', source)).toEqual({});
    }
  });
});

describe('one load', () => {
  it('serves callers of one process that arrive together', async () => {
    const [cache, source] = [cacheOn(), sourceOf('v')];
    await Promise.all(Array.from({ length: 20 }, () => cache.get('a', source)));
    expect(source.loads()).toBe(1);
  });

  it('serves callers of several processes that arrive together', async () => {
    const held = memoryStore(() => now);
    await new Follower({ store: held, name: 'price' }).beat(now, DAY);
    const source = sourceOf('v');
    const processes = Array.from({ length: 5 }, () => cacheOn(held));
    const answers = await Promise.all(processes.map((cache) => cache.get('a', source)));
    expect(answers).toEqual(Array(5).fill('v'));
    expect(source.loads()).toBe(1);
    expect(events.filter((event) => event === 'shared')).toHaveLength(4);
  });

  it('of another process that hangs delays a read only by the limited wait', async () => {
    const held = memoryStore(() => now);
    await held.lease('price:a', 60_000);
    const started = performance.now();
    expect(await cacheOn(held).get('a', sourceOf('own'))).toBe('own');
    expect(performance.now() - started).toBeLessThan(100);
  });

  it('that fails rejects all its callers, and the next read loads again', async () => {
    const cache = cacheOn();
    const failing = { ...untouched, load: () => Promise.reject(new Error('source failed')) };
    const outcomes = await Promise.allSettled([cache.get('a', failing), cache.get('a', failing)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.get('a', sourceOf('v'))).toBe('v');
  });
});
