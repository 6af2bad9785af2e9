import { Redis } from 'ioredis';
import { minimalEnvironment } from '../config.ts';
import { freePort } from '../processes/ports.ts';
import { externalPart, LOOPBACK, type Part, type PartContext } from './part.ts';
import { redisBinary } from './redis-binary.ts';

export type RedisOptions = {
  externalUrl?: string | null;
  /** Where an installed `redis-server` is searched; default: the PATH of this process. */
  path?: string;
};

/** Starts Redis. It writes nothing to the disk, and when it is full it evicts the least recently used keys, as a cache may. */
export async function startRedis(
  context: PartContext,
  { externalUrl = null, path = minimalEnvironment()['PATH'] ?? '' }: RedisOptions = {},
): Promise<Part> {
  if (externalUrl !== null) {
    return externalPart('redis', await serverVersion(externalUrl), externalUrl);
  }
  const { supervisor } = context;
  const { command } = await redisBinary(context, path);
  const port = await freePort();
  const address = `redis://${LOOPBACK}:${port}`;
  const settings = {
    port: String(port),
    bind: LOOPBACK,
    save: '',
    appendonly: 'no',
    maxmemory: '128mb',
    'maxmemory-policy': 'allkeys-lru',
  };
  const server = await supervisor.start({
    name: 'redis',
    command,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    cwd: supervisor.run.directory('redis'),
    isReady: async () => (await serverVersion(address)) !== '',
  });
  return {
    name: 'redis',
    version: await serverVersion(address),
    address,
    origin: 'started',
    startedInMs: server.startedInMs,
    stop: async () => void (await server.stop()),
  };
}

async function serverVersion(url: string): Promise<string> {
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 2_000, retryStrategy: () => null });
  client.on('error', () => {}); // the command below rejects with the same error
  try {
    await client.connect();
    const info = await client.info('server');
    return /^redis_version:(.+)$/m.exec(info)?.[1]?.trim() ?? 'unknown';
  } finally {
    client.disconnect();
  }
}
