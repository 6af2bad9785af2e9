import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The user of the operating system that runs PostgreSQL; undefined: the user of this process. */
export type ServerUser = { uid: number; gid: number } | undefined;

/**
 * PostgreSQL refuses to run as root. If this process runs as root, PostgreSQL runs as the user `postgres` if there is one,
 * else as `nobody`. Both users exist already, so the machine is not changed.
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

/** Whether this user can reach the path: each directory above the path must let the user pass. */
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
