import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The operating system's user that Postgres runs as; undefined: as we do. */
export type ServerUser = { uid: number; gid: number } | undefined;

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
