import { Redis } from 'ioredis';
import { provided } from './provided.ts';

/** Redis has 16 databases; 0 holds the counter that hands out the others in turn. */
const LAST_DATABASE = 15;

/** The address of an emptied Redis database of its own: test files that run beside each other do not meet. */
export async function createTestRedis(): Promise<{ url: string }> {
  const { url } = provided('redis');
  const client = new Redis(url);
  try {
    const database = 1 + ((await client.incr('test-databases')) % LAST_DATABASE);
    await client.select(database);
    await client.flushdb();
    return { url: `${url}/${database}` };
  } finally {
    client.disconnect();
  }
}
