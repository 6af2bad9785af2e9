import type { Redis } from 'ioredis';
import type { DayStore } from './store.ts';

/**
 * Sets KEYS[1] to ARGV[2] for ARGV[3] ms unless its version (the digits before the first colon) is greater than
 * ARGV[1]. Versions are compared as Lua numbers: exact to 2^53, more entries than an account can have.
 */
const PUT_IF_NEWER = `
local held = redis.call('GET', KEYS[1])
if held and tonumber(string.match(held, '^(%d+):')) > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
return 1`;

/**
 * A day store in Redis. Give it a client that fails fast (`commandTimeout`, `enableOfflineQueue: false`,
 * `maxRetriesPerRequest: 0`): the cache computes instead of waiting.
 */
export function redisStore(redis: Redis): DayStore {
  return {
    async get(key) {
      const held = await redis.get(key);
      return held === null ? null : held.slice(held.indexOf(':') + 1);
    },
    async putIfNewer(key, version, text, ttlMs) {
      await redis.eval(PUT_IF_NEWER, 1, key, version.toString(), text, String(ttlMs));
    },
  };
}
