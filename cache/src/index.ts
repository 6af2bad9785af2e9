/** A cache of values that are valid for one calendar day of a time zone. */
export { boundedStore } from './bounded-store.ts';
export {
  type CacheEvent,
  type Codec,
  DayCache,
  type DayCacheOptions,
  type Loaded,
  type Source,
} from './day-cache.ts';
export { Follower, type FollowerOptions } from './follower.ts';
export { redisStore } from './redis-store.ts';
export type { CacheStore, Store } from './store.ts';
