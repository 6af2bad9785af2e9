import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { generate } from 'selfsigned';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { freePort } from '../processes/ports.ts';
import { openRun, type Run } from '../run.ts';
import { LOOPBACK, type PartContext } from './part.ts';
import { startRedis } from './redis.ts';
import { redisBinary } from './redis-binary.ts';

/** No program is found, as on a machine without Redis. */
const NO_PATH = '';

let run: Run;
let context: PartContext;
let directory: string;

async function openContext(): Promise<PartContext> {
  run = await openRun();
  return { supervisor: run, cacheDirectory: readConfig().cacheDirectory, javaHome: null };
}

beforeAll(async () => {
  await redisBinary(await openContext(), NO_PATH); // the first fetch takes 20 s on a loaded machine
  await run.close();
});
beforeEach(async () => {
  context = await openContext();
  directory = mkdtempSync(join(tmpdir(), 'core-exit-redis-'));
});
afterEach(async () => {
  await run.close();
  rmSync(directory, { recursive: true });
});

/** Starts the packaged redis-server with these settings and returns a client of `port`. */
async function startPackaged(name: string, args: string[], options: object): Promise<Redis> {
  const { command, origin } = await redisBinary(context, NO_PATH);
  expect(origin).toBe('packaged');
  const client = new Redis({ host: LOOPBACK, lazyConnect: true, retryStrategy: () => 50, ...options });
  client.on('error', () => {}); // refused until the server is ready
  await run.start({
    name,
    command,
    args,
    cwd: directory,
    isReady: async () => (await client.ping()) === 'PONG',
  });
  return client;
}

describe('Redis', () => {
  it('serves and writes nothing to the disk', async () => {
    const redis = await startRedis(context);
    const client = new Redis(redis.address);
    await client.set('quote', '99', 'EX', 60);
    expect(await client.get('quote')).toBe('99');
    expect(await client.config('GET', 'save')).toEqual(['save', '']);
    client.disconnect();
  });

  it('is the packaged server on a machine where none is installed', async () => {
    const redis = await startRedis(context, { path: NO_PATH });
    expect(redis).toMatchObject({ name: 'redis', version: '7.0.15', origin: 'started' });
    const client = new Redis(redis.address);
    await client.set('quote', '99', 'EX', 60);
    expect(await client.ttl('quote')).toBeGreaterThan(0);
    client.disconnect();
  });
});

describe('the packaged redis-server', () => {
  it('answers over TLS', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: LOOPBACK }]);
    const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    writeFileSync(keyFile, key);
    writeFileSync(certFile, cert);
    const port = await freePort();
    const files = ['--tls-key-file', keyFile, '--tls-cert-file', certFile, '--tls-ca-cert-file', certFile];
    const settings = ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...files];
    const client = await startPackaged('redis-tls', [...settings, '--save', ''], {
      port,
      tls: { ca: cert, checkServerIdentity: () => undefined },
    });
    expect(await client.set('quote', '99')).toBe('OK');
    client.disconnect();
  });

  it('is also the sentinel, which names the master', async () => {
    const redis = await startRedis(context, { path: NO_PATH });
    const masterPort = new URL(redis.address).port;
    const file = join(directory, 'sentinel.conf');
    const port = await freePort();
    writeFileSync(
      file,
      `port ${port}\nbind ${LOOPBACK}\nsentinel monitor cache ${LOOPBACK} ${masterPort} 1\n`,
    );
    const sentinel = await startPackaged('sentinel', [file, '--sentinel'], { port });
    expect(await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'cache')).toEqual([
      LOOPBACK,
      masterPort,
    ]);
    sentinel.disconnect();
  });
});

describe('the search for a redis-server', () => {
  /** A program in a directory of its own, as on a PATH. */
  function installed(script: string): string {
    const file = join(directory, 'redis-server');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return directory;
  }

  it('takes an installed one that was built with TLS', async () => {
    const path = installed('echo "Configured to not listen anywhere, exiting."; exit 1');
    expect(await redisBinary(context, path)).toEqual({
      command: join(directory, 'redis-server'),
      origin: 'installed',
    });
  });

  it('takes the packaged one if the installed one was built without TLS', async () => {
    const path = installed('echo "Bad directive or wrong number of arguments" >&2; exit 1');
    expect(await redisBinary(context, path)).toMatchObject({ origin: 'packaged' });
  });

  it('names what to install if there is neither a server nor Maven', async () => {
    const complete = async () => {
      throw Object.assign(new Error('mvn could not be started'), { code: 'PROGRAM_NOT_STARTED' });
    };
    const withoutMaven = { ...context, supervisor: { ...run, complete }, cacheDirectory: directory };
    await expect(redisBinary(withoutMaven, NO_PATH)).rejects.toMatchObject({
      code: 'REDIS_MISSING',
      next: expect.stringContaining('apt-get install redis-server'),
    });
  });
});
