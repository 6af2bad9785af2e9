import { readFileSync } from 'node:fs';
import { createTestRedis, waitFor } from '@core-exit/local-stack/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { priceCache } from './prices.ts';

let redis: Redis;
beforeAll(async () => {
  redis = new Redis((await createTestRedis()).url);
});
afterAll(() => redis.disconnect());

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

it('the code in the README is the sample that is tested here', () => {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(read('../README.md')) ?? [];
  expect(code?.replace("'@core-exit/cache'", "'../src/index.ts'")).toBe(read('prices.ts'));
});

it('caches a price, serves it without the shop while a follower runs, and drops it after a change', async () => {
  const day = new Date().toLocaleDateString('sv', { timeZone: 'Europe/Berlin' });
  let calls = 0;
  const price = { cents: 995, version: 12n, day };
  const { price: priceOf, follower } = priceCache(redis, {
    price: async (sku) => {
      calls += 1;
      return sku === 'sku-7' ? { ...price } : null;
    },
  });
  expect(await priceOf('no such')).toBeNull();
  await follower.beat(Date.now(), day);
  const withoutShop = async () => {
    const before = calls;
    const cents = await priceOf('sku-7');
    return calls === before ? cents : null;
  };
  expect(await waitFor(withoutShop, { timeoutMs: 1_500 })).toBe(995);
  Object.assign(price, { cents: 1_095, version: 13n });
  await follower.drop([['sku-7', 13n]]);
  expect(await priceOf('sku-7')).toBe(1_095);
});
