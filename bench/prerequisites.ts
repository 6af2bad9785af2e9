import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that some benches start, each with the Debian package that installs it. */
const PACKAGES = {
  java: 'default-jre-headless',
  nginx: 'nginx',
  pgbench: 'postgresql',
  wrk: 'wrk',
} as const;
export type Prerequisite = keyof typeof PACKAGES;

/** The programs that are not on the search path, each once. `path`: the value of PATH. */
export function missingPrograms(needed: readonly Prerequisite[], path: string): Prerequisite[] {
  const directories = path.split(delimiter).filter(Boolean);
  const isInstalled = (program: string) =>
    directories.some((directory) => isExecutable(join(directory, program)));
  return [...new Set(needed)].filter((program) => !isInstalled(program));
}

/** What is missing, and the command that installs it on Debian and Ubuntu. */
export function missingText(missing: readonly Prerequisite[]): string {
  const packages = missing.map((program) => PACKAGES[program]);
  return `not installed: ${missing.join(', ')}\n  next: apt-get install ${packages.join(' ')}\n`;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
