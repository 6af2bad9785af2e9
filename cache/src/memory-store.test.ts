import { expect, it } from 'vitest';
import { storeContract } from '../testing/store-contract.ts';
import { memoryStore } from './memory-store.ts';

let now = 0;
storeContract(
  'memory',
  async () => memoryStore(() => now),
  async (ms) => void (now += ms),
);

it('has another identity after a flush', async () => {
  const store = memoryStore();
  const before = await store.identity();
  store.flush();
  expect(await store.identity()).not.toBe(before);
});
