import type { Redis } from 'ioredis';
import { type Drop, leaseOf, type Store } from './store.ts';

/** Versions are compared as Lua numbers: exact to 2^53. A script of two writes needs both keys on one node. */
const VERSION_HELD = `
local held = redis.call('GET', KEYS[1])
local version = held and tonumber(string.match(held, '^(%d+):'))`;

/** KEYS: key, lease. ARGV: version, text, ms. The lease goes last: see {@link DROP}. */
const PUT_IF_NEWER = `${VERSION_HELD}
if not version or version <= tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
end
return redis.call('DEL', KEYS[2])`;

/**
 * KEYS: key, lease. ARGV: version, ms. The lease goes first: a full server refuses a script whose first write needs
 * memory, but lets one that has written go on; so it refuses new values and takes the marks of old ones.
 */
const DROP = `${VERSION_HELD}
redis.call('DEL', KEYS[2])
if version and version >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ':', 'PX', ARGV[2])
return 1`;

/** KEYS: key. ARGV: 'y' if something is expected, what, text, ms. */
const REPLACE = `
local held = redis.call('GET', KEYS[1])
if ARGV[1] == 'y' then
  if held ~= ARGV[2] then return 0 end
elseif held then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1`;

/** The scripts, sent once a connection and then named by their digest. */
const SCRIPTS = {
  cachePutIfNewer: { numberOfKeys: 2, lua: PUT_IF_NEWER },
  cacheDrop: { numberOfKeys: 2, lua: DROP },
  cacheReplace: { numberOfKeys: 1, lua: REPLACE },
};
type Scripted = Record<keyof typeof SCRIPTS, (...keysAndArguments: string[]) => Promise<unknown>>;

/**
 * A store in one Redis (or a primary with replicas; not a cluster: a read takes two keys at one moment).
 * Give it a client without an offline queue and without retries: the cache computes instead of waiting.
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
