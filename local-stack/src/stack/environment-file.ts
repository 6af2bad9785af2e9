import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes an environment to a file of the run that `node --env-file` reads, for its owner alone: it has secrets in it. It
 * goes with the run's directory. Returns its path.
 */
export function writeEnvironmentFile(
  directory: string,
  name: string,
  env: Readonly<Record<string, string>>,
): string {
  const path = join(directory, name);
  const lines = Object.entries(env).map(([variable, value]) => `${variable}="${value}"\n`);
  writeFileSync(path, lines.join(''), { mode: 0o600 });
  return path;
}
