import { Redis } from 'ioredis';
import { readConfig } from '../config.ts';
import { startRedis } from '../parts/redis.ts';
import { testRun } from './processes.ts';
import { provided } from './provided.ts';

/** Redis has 16 databases. Database 0 has the counter that gives the others to test files in turn. */
const LAST_DATABASE = 15;

/** The address of an empty Redis database, which no test file that runs at the same time uses. */
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

export type OwnRedis = { url: string; pid: number; stop(): Promise<void> };

/** A Redis server of this test file alone, which the test may stop, freeze and fill. It ends with the file. */
export async function startOwnRedis(): Promise<OwnRedis> {
  const { cacheDirectory, javaHome } = readConfig();
  const { address: url, stop } = await startRedis({ supervisor: await testRun(), cacheDirectory, javaHome });
  const client = new Redis(url);
  try {
    const pid = Number(/^process_id:(\d+)/m.exec(await client.info('server'))?.[1]);
    return { url, pid, stop };
  } finally {
    client.disconnect();
  }
}
