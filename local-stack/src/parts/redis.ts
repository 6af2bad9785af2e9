import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../processes/ports.ts';
import { externalPart, LOOPBACK, type Part, type PartContext } from './part.ts';

const READY_WITHIN_MS = 10_000;

export type RedisOptions = {
  externalUrl?: string | undefined;
  /** Is there a `redis-server` to run? Default: look. */
  installed?: () => boolean;
};

/**
 * Starts Redis: the installed `redis-server`, else js-redis-server (the same protocol in JavaScript).
 * It keeps nothing on disk and forgets the least used keys when full, as a cache may.
 */
export async function startRedis(context: PartContext, options: RedisOptions = {}): Promise<Part> {
  if (options.externalUrl) {
    const { version } = await askServer(options.externalUrl);
    return externalPart('redis', version, options.externalUrl);
  }
  const { supervisor } = context;
  const { installed = hasRedisServer } = options;
  const port = await freePort();
  const address = `redis://${LOOPBACK}:${port}`;
  const program = installed() ? redisServer(port) : jsRedisServer(port);
  const server = await supervisor.start({
    ...program,
    cwd: supervisor.run.directory('redis'),
    isReady: async () => (await askServer(address)).version !== '',
    readyWithinMs: READY_WITHIN_MS,
  });
  const { version } = await askServer(address);
  return {
    name: program.name,
    version,
    address,
    origin: 'started',
    startedInMs: server.startedInMs,
    stop: async () => void (await server.stop()),
  };
}

type Program = { name: string; command: string; args: string[] };

function hasRedisServer(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

function redisServer(port: number): Program {
  const settings = {
    port: String(port),
    bind: LOOPBACK,
    save: '',
    appendonly: 'no',
    maxmemory: '128mb',
    'maxmemory-policy': 'allkeys-lru',
  };
  return {
    name: 'redis',
    command: 'redis-server',
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
  };
}

function jsRedisServer(port: number): Program {
  const cli = join(dirname(createRequire(import.meta.url).resolve('js-redis-server')), 'cli.js');
  return { name: 'js-redis-server', command: process.execPath, args: [cli, '--port', String(port)] };
}

async function askServer(url: string): Promise<{ version: string }> {
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 2_000, retryStrategy: () => null });
  client.on('error', () => {}); // told by the command
  try {
    await client.connect();
    const info = await client.info('server');
    return { version: /^redis_version:(.+)$/m.exec(info)?.[1]?.trim() ?? 'unknown' };
  } finally {
    client.disconnect();
  }
}
