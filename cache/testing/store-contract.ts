import { describe, expect, it } from 'vitest';
import type { Store } from '../src/index.ts';

const TTL_MS = 60_000;

/** The contract of every store. `make` returns an empty store, `pass` lets time pass on its clock. */
export function storeContract(
  name: string,
  make: () => Promise<Store>,
  pass: (ms: number) => Promise<void>,
): void {
  describe(`${name} as a store`, () => {
    it('reads several keys at once, with null for a missing key', async () => {
      const store = await make();
      await store.putIfNewer('a', 7n, 'text: of a\nkey', TTL_MS);
      expect(await store.read(['a', 'b'])).toEqual(['7:text: of a\nkey', null]);
    });

    it('accepts the same version or a newer one, and refuses an older one', async () => {
      const store = await make();
      await store.putIfNewer('a', 9n, 'nine', TTL_MS);
      await store.putIfNewer('a', 9n, 'nine again', TTL_MS);
      await store.putIfNewer('a', 8n, 'eight', TTL_MS);
      expect(await store.read(['a'])).toEqual(['9:nine again']);
      await store.putIfNewer('a', 10n, 'ten', TTL_MS);
      expect(await store.read(['a'])).toEqual(['10:ten']);
    });

    it('replaces older values by the mark of a drop, keeps others, and refuses older puts afterwards', async () => {
      const store = await make();
      await store.putIfNewer('old', 4n, 'x', TTL_MS);
      await store.putIfNewer('same', 5n, 'x', TTL_MS);
      const drops = ['old', 'same', 'none'].map((key) => ({ key, version: 5n }));
      await store.drop(drops, TTL_MS);
      await store.drop(drops, TTL_MS);
      expect(await store.read(['old', 'same', 'none'])).toEqual(['5:', '5:x', '5:']);
      await store.putIfNewer('none', 4n, 'late', TTL_MS);
      await store.putIfNewer('old', 5n, 'new', TTL_MS);
      expect(await store.read(['old', 'none'])).toEqual(['5:new', '5:']);
    });

    it('deletes values, marks and leases after their time to live', async () => {
      const store = await make();
      await store.putIfNewer('a', 1n, 'x', 20);
      await store.drop([{ key: 'b', version: 1n }], 20);
      await store.lease('c', 20);
      await pass(40);
      expect(await store.read(['a', 'b'])).toEqual([null, null]);
      expect(await store.lease('c', 20)).toBe(true);
    });

    it('gives the lease of a key to one caller, until the key is put or dropped', async () => {
      const store = await make();
      const all = await Promise.all(Array.from({ length: 20 }, () => store.lease('a', TTL_MS)));
      expect(all.filter(Boolean)).toHaveLength(1);
      await store.putIfNewer('a', 1n, 'x', TTL_MS);
      expect(await store.lease('a', TTL_MS)).toBe(true);
      await store.drop([{ key: 'a', version: 2n }], TTL_MS);
      expect(await store.lease('a', TTL_MS)).toBe(true);
      expect(await store.lease('a', TTL_MS)).toBe(false);
    });

    it('replaces only the expected text, and has an identity', async () => {
      const store = await make();
      expect(await store.replace('beat', 'x', 'one', TTL_MS)).toBe(false);
      expect(await store.replace('beat', null, 'one', TTL_MS)).toBe(true);
      expect(await store.replace('beat', null, 'two', TTL_MS)).toBe(false);
      expect(await store.replace('beat', 'one', 'two', TTL_MS)).toBe(true);
      expect(await store.read(['beat'])).toEqual(['two']);
      expect(await store.identity()).toBe(await store.identity());
    });

    it('compares versions exactly up to 2^53', async () => {
      const store = await make();
      await store.putIfNewer('a', 2n ** 53n, 'x', TTL_MS);
      await store.putIfNewer('a', 2n ** 53n - 1n, 'older', TTL_MS);
      expect(await store.read(['a'])).toEqual([`${2n ** 53n}:x`]);
    });
  });
}
