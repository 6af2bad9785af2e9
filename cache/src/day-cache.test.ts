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
    name: 'quote',
    generation,
    zone: 'Asia/Seoul',
    now: () => now,
    onEvent: (event) => events.push(event),
  });

/** What the truth is: each load gives it, each position tells where it stands. */
function truth(value: string, version = 1n, day = DAY): Source<string> & { loads: () => number } {
  const load = vi.fn(async () => ({ value, version, day }));
  return { load, position: async () => ({ version, day }), loads: () => load.mock.calls.length };
}
/** A source that nobody should ask. */
const untouched: Source<string> = {
  load: () => Promise.reject(new Error('must not load')),
  position: () => Promise.reject(new Error('must not ask')),
};
const onlyPosition = (version: bigint, day = DAY): Source<string> => ({
  ...untouched,
  position: async () => ({ version, day }),
});

describe('with a follower that speaks', () => {
  const store = () => memoryStore(() => now);

  it('a kept value is served without asking the source', async () => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'quote' })];
    await follower.beat(now, DAY);
    expect(await cache.get('a', truth('first'))).toBe('first');
    expect(await cache.get('a', untouched)).toBe('first');
    expect(events).toEqual(['miss', 'hit']);
  });

  it('a dropped value is loaded again, and a load from before the drop cannot bring it back', async () => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'quote' })];
    await follower.beat(now, DAY);
    const slow = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const early = cache.get('a', {
      ...untouched,
      load: async () => {
        begun.resolve();
        await slow.promise;
        return { value: 'before', version: 7n, day: DAY };
      },
    });
    await begun.promise;
    await follower.drop([['a', 8n]]);
    const late = cache.get('a', truth('after', 8n)); // joins the early load, sees that it is too old
    slow.resolve();
    expect(await early).toBe('before');
    expect(await late).toBe('after');
    expect(await cache.get('a', untouched)).toBe('after');
  });

  it('what a load from before the drop puts afterwards is refused', async () => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'quote' })];
    await follower.beat(now, DAY);
    const before = async () => {
      await follower.drop([['a', 8n]]);
      return { value: 'before', version: 7n, day: DAY };
    };
    await cache.get('a', { ...untouched, load: before });
    expect(await cache.get('a', truth('after', 8n))).toBe('after');
  });

  it('whose word is older than two seconds, the source is asked for its position', async () => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'quote' })];
    await follower.beat(now, DAY);
    await cache.get('a', truth('first'));
    now += 2_001;
    expect(await cache.get('a', onlyPosition(1n))).toBe('first');
    expect(await cache.get('a', truth('second', 2n))).toBe('second');
    expect(events).toEqual(['miss', 'confirmed', 'miss']);
  });

  it('whose word comes from the future, this clock is slow and judges nothing', async () => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'quote' })];
    await follower.beat(now, DAY);
    await cache.get('a', truth('first'));
    await follower.beat(now + 1_000, DAY);
    await expect(cache.get('a', untouched)).rejects.toThrow('must not ask');
  });

  it.each([
    ['lost its server', (held: ReturnType<typeof store>) => held.flush()],
    ['was told to forget all', (_: unknown, follower: Follower) => follower.forgetAll()],
  ])('that %s, nothing of the epoch before is served', async (_what, trouble) => {
    const held = store();
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'quote' })];
    await follower.beat(now, DAY);
    await cache.get('a', truth('before'));
    const [copy] = await held.read(['quote:a']);
    trouble(held, follower);
    await follower.beat(now, DAY);
    await held.putIfNewer('quote:a', 1n, copy?.slice(2) ?? '', 60_000); // a late put of a load from before
    expect(await cache.get('a', truth('after'))).toBe('after');
  });
});

describe('around midnight', () => {
  it('in the last second of a day the source says which day it is', async () => {
    now = at('2026-11-20T23:59:59.500');
    const held = memoryStore(() => now);
    const [cache, follower] = [cacheOn(held), new Follower({ store: held, name: 'quote' })];
    await follower.beat(now, DAY);
    await cache.get('a', truth('yesterday'));
    expect(await cache.get('a', onlyPosition(1n))).toBe('yesterday');
    expect(await cache.get('a', truth('today', 1n, '2026-11-21'))).toBe('today');
  });

  it.each([-300_000, -3_000, -200, 200, 3_000, 300_000])(
    'a process whose clock is %i ms off serves no quote of yesterday',
    async (offMs) => {
      let bank = at('2026-11-20T23:59:50');
      const held = memoryStore(() => bank);
      const follower = new Follower({ store: held, name: 'quote' });
      const cache = new DayCache<string>({
        store: held,
        name: 'quote',
        generation: '1',
        zone: 'Asia/Seoul',
        now: () => bank + offMs,
      });
      const dayOf = () => (bank < at('2026-11-21T00:00:00') ? '2026-11-20' : '2026-11-21');
      for (; bank < at('2026-11-21T00:00:10'); bank += 100) {
        await follower.beat(bank, dayOf());
        expect(await cache.get('a', truth(dayOf(), 1n, dayOf()))).toBe(dayOf());
      }
    },
  );

  it('what was loaded as the day ended is not kept for the next one', async () => {
    now = at('2026-11-21T00:00:00.010'); // this clock is ahead: the source still said yesterday
    const held = memoryStore(() => now);
    const cache = cacheOn(held);
    await cache.get('a', truth('yesterday', 1n, DAY));
    expect(await held.read(['quote:a'])).toEqual([null]);
  });
});

describe('without a follower', () => {
  it('a kept value is served while the source stands where it stood', async () => {
    const cache = cacheOn();
    await cache.get('a', truth('first'));
    expect(await cache.get('a', onlyPosition(1n))).toBe('first');
    expect(await cache.get('a', truth('second', 2n))).toBe('second');
  });

  it('what the source no longer has is null, and is not kept', async () => {
    const cache = cacheOn();
    const nothing: Source<string> = { load: async () => null, position: async () => null };
    expect(await cache.get('a', nothing)).toBeNull();
    expect(await cache.get('a', truth('there'))).toBe('there');
    expect(await cache.get('a', nothing)).toBeNull();
  });

  it('another release does not serve it, but its drops reach every release', async () => {
    const held = memoryStore(() => now);
    const [old, next] = [cacheOn(held), cacheOn(held, '1.1.0 2026-01')];
    await old.get('a', truth('by the old rules'));
    expect(await next.get('a', truth('by the new rules'))).toBe('by the new rules');
    await old.drop('a', 2n);
    expect(await next.get('a', truth('after the drop', 2n))).toBe('after the drop');
  });

  it('rubbish in the store is as if nothing were there', async () => {
    const held = memoryStore(() => now);
    const cache = new DayCache<object>({
      store: held,
      name: 'quote',
      generation: '1',
      zone: 'Asia/Seoul',
      now: () => now,
    });
    const source = {
      load: async () => ({ value: {}, version: 1n, day: DAY }),
      position: async () => ({ version: 1n, day: DAY }),
    };
    for (const text of ['', 'x', '2026-11-20 9999999999999 - 1\n{"half":', '2026-11-20']) {
      await held.putIfNewer('quote:a', 1n, text, 60_000);
      expect(await cache.get('a', source)).toEqual({});
    }
  });
});

describe('one load', () => {
  it('serves callers of one process that arrive together', async () => {
    const [cache, source] = [cacheOn(), truth('v')];
    await Promise.all(Array.from({ length: 20 }, () => cache.get('a', source)));
    expect(source.loads()).toBe(1);
  });

  it('serves callers of several processes that arrive together', async () => {
    const held = memoryStore(() => now);
    await new Follower({ store: held, name: 'quote' }).beat(now, DAY);
    const source = truth('v');
    const processes = Array.from({ length: 5 }, () => cacheOn(held));
    const answers = await Promise.all(processes.map((cache) => cache.get('a', source)));
    expect(answers).toEqual(Array(5).fill('v'));
    expect(source.loads()).toBe(1);
    expect(events.filter((event) => event === 'shared')).toHaveLength(4);
  });

  it('of another process that hangs is not waited for', async () => {
    const held = memoryStore(() => now);
    await held.lease('quote:a', 60_000);
    const begun = performance.now();
    expect(await cacheOn(held).get('a', truth('own'))).toBe('own');
    expect(performance.now() - begun).toBeLessThan(100);
  });

  it('that fails is shared with its callers and tried again afterwards', async () => {
    const cache = cacheOn();
    const failing = { ...untouched, load: () => Promise.reject(new Error('no ledger')) };
    const outcomes = await Promise.allSettled([cache.get('a', failing), cache.get('a', failing)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.get('a', truth('v'))).toBe('v');
  });
});
