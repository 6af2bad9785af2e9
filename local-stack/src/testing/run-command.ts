import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../run.ts';

/** Some commands print every row of a table. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

export type CommandResult = { code: number; out: string; err: string };

/**
 * Runs a command of the repository as an operator does: a process of its own, with exactly this environment. `script` is the
 * program's path within the repository, as for spawnProcess. A signal counts as exit code -1.
 */
export function runCommand(
  [script, ...args]: readonly [script: string, ...args: string[]],
  env: Record<string, string> = {},
): Promise<CommandResult> {
  const options = { env, maxBuffer: MAX_OUTPUT_BYTES };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(REPOSITORY, script), ...args], options, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, out, err });
    });
  });
}
