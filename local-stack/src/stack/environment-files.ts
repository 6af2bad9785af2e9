import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { REPOSITORY } from '../run.ts';

type Environments = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Writes the environment of each process to `NAME.env` in the directory, in the form that `node --env-file` reads. Only the
 * owner may read the files, because they contain secrets. Returns their paths, from the repository's root where possible.
 */
export function writeEnvironmentFiles(directory: string, environments: Environments): Record<string, string> {
  mkdirSync(directory, { recursive: true });
  const files = Object.entries(environments).map(([name, env]) => {
    const path = join(directory, `${name}.env`);
    const lines = Object.entries(env).map(([variable, value]) => `${variable}=${quoted(value)}\n`);
    writeFileSync(path, lines.join(''), { mode: 0o600 });
    return [name, fromRepository(path)] as const;
  });
  return Object.fromEntries(files);
}

/** JSON text, such as a key set, contains double quotes. */
const quoted = (value: string) => (value.includes('"') ? `'${value}'` : `"${value}"`);

/** The path from the repository's root if the path is below it, else the path itself. */
export function fromRepository(path: string): string {
  const short = relative(REPOSITORY, path);
  return short.startsWith('..') ? path : short;
}
