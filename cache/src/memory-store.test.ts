import { expect, it } from 'vitest';
import { storeContract } from '../testing/store-contract.ts';
import { memoryStore } from './memory-store.ts';

let now = 0;
storeContract(
  'the memory',
  async () => memoryStore(() => now),
  async (ms) => void (now += ms),
);

it('is another server after a flush', async () => {
  const store = memoryStore();
  const before = await store.identity();
  store.flush();
  expect(await store.identity()).not.toBe(before);
});
