import type { Redis } from 'ioredis';
import { type Drop, leaseOf, type Store } from './store.ts';

/** Lua compares versions as numbers, which are exact up to 2^53. A script with two keys needs both on one node. */
const VERSION_HELD = `
local held = redis.call('GET', KEYS[1])
local version = held and tonumber(string.match(held, '^(%d+):'))`;

/** KEYS: key, lease. ARGV: version, text, ms. The lease is deleted last; {@link DROP} says why. */
const PUT_IF_NEWER = `${VERSION_HELD}
if not version or version <= tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
end
return redis.call('DEL', KEYS[2])`;

/**
 * KEYS: key, lease. ARGV: version, ms. The lease is deleted first, because a full server refuses a script only if its
 * first write needs memory. So a full server refuses new values but accepts the marks of drops.
 */
const DROP = `${VERSION_HELD}
redis.call('DEL', KEYS[2])
if version and version >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ':', 'PX', ARGV[2])
return 1`;

/** KEYS: key. ARGV: 'y' if a text is expected, the expected text, the new text, ms. */
const REPLACE = `
local held = redis.call('GET', KEYS[1])
if ARGV[1] == 'y' then
  if held ~= ARGV[2] then return 0 end
elseif held then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1`;

/** The scripts. ioredis sends each of them once per connection and then refers to it by its digest. */
const SCRIPTS = {
  cachePutIfNewer: { numberOfKeys: 2, lua: PUT_IF_NEWER },
  cacheDrop: { numberOfKeys: 2, lua: DROP },
  cacheReplace: { numberOfKeys: 1, lua: REPLACE },
};
type Scripted = Record<keyof typeof SCRIPTS, (...keysAndArguments: string[]) => Promise<unknown>>;

/**
 * A store in one Redis, or in a primary with replicas. A Redis cluster does not work, because one read needs two keys at
 * the same moment. The client must have no offline queue and no retries, because the cache loads a value instead of
 * waiting.
 */
export function redisStore(redis: Redis): Store {
  for (const [name, script] of Object.entries(SCRIPTS)) redis.defineCommand(name, script);
  const scripts = redis as unknown as Scripted;
  return {
    read: (keys) => redis.mget([...keys]),
    async putIfNewer(key, version, text, ttlMs) {
      await scripts.cachePutIfNewer(key, leaseOf(key), version.toString(), text, String(ttlMs));
    },
    async drop(drops, ttlMs) {
      const drop = ({ key, version }: Drop) =>
        scripts.cacheDrop(key, leaseOf(key), version.toString(), String(ttlMs));
      await Promise.all(drops.map(drop));
    },
    lease: async (key, ttlMs) => (await redis.set(leaseOf(key), '1', 'PX', ttlMs, 'NX')) === 'OK',
    async replace(key, expected, text, ttlMs) {
      const known = expected === null ? ['n', ''] : ['y', expected];
      return (await scripts.cacheReplace(key, ...known, text, String(ttlMs))) === 1;
    },
    async identity() {
      const info = await redis.info('server');
      return /^run_id:(\w+)/m.exec(info)?.[1] ?? /^process_id:(\d+)/m.exec(info)?.[1] ?? 'unknown';
    },
  };
}
