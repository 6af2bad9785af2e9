/** A cache of values that are valid for one calendar day of one time zone. Knows nothing of what it keeps. */
export { type CacheEvent, DayCache, type DayCacheOptions, type Versioned } from './day-cache.ts';
export { dateIn, type EpochMs, nextMidnight } from './midnight.ts';
export { redisStore } from './redis-store.ts';
export type { DayStore } from './store.ts';
