import { setTimeout as sleep } from 'node:timers/promises';
import { createTestRedis } from '@core-exit/local-stack/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { storeContract } from '../testing/store-contract.ts';
import { redisStore } from './index.ts';

let redis: Redis;
beforeAll(async () => {
  redis = new Redis((await createTestRedis()).url);
});
afterAll(() => redis.disconnect());

storeContract(
  'Redis',
  async () => {
    await redis.flushdb();
    return redisStore(redis);
  },
  (ms) => sleep(ms), // a real wait, because the clock of the server cannot be moved
);
