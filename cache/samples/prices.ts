import type { Redis } from 'ioredis';
import { boundedStore, DayCache, Follower, redisStore } from '../src/index.ts';

type Shop = { price(sku: string): Promise<{ cents: number; version: bigint; day: string } | null> };

export function priceCache(redis: Redis, shop: Shop) {
  const store = redisStore(redis);
  const follower = new Follower({ store, name: 'shop:price' }); // in the process that follows the changes of your database
  const cache = new DayCache<number>({
    store: boundedStore(store),
    name: 'shop:price',
    generation: '1.4.0', // the release that computes the values; another release does not serve them
    zone: 'Europe/Berlin',
    now: Date.now,
  });
  const load = async (sku: string) => {
    const found = await shop.price(sku);
    return found && { value: found.cents, version: found.version, day: found.day };
  };
  const price = (sku: string) => cache.get(sku, { load: () => load(sku), position: () => shop.price(sku) });
  return { price, follower };
}
