import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryRoot } from './config.ts';
import { isReachable, serverUser } from './parts/server-user.ts';
import type { ProcessEnded } from './processes/faults.ts';
import { removeLeftovers } from './processes/leftovers.ts';
import { createRunDirectory } from './processes/run-directory.ts';
import { type Supervisor, superviseRun } from './processes/supervisor.ts';

export const REPOSITORY = join(import.meta.dirname, '..', '..');

export type Run = Supervisor & {
  /** Stops everything and removes the run's directory, unless it is to be kept. */
  close(): Promise<void>;
};

export type RunOptions = { keep?: boolean; onCrash?: (crash: ProcessEnded) => void };

/** Opens a run below the repository, after cleaning up behind earlier ones that could not do so themselves. */
export async function openRun({ keep = false, onCrash = () => {} }: RunOptions = {}): Promise<Run> {
  const root = runRoot();
  mkdirSync(root, { recursive: true });
  chmodSync(root, 0o755); // whatever the umask: the postgres user must get through
  await removeLeftovers(root);
  const run = createRunDirectory(root, { keep });
  const supervisor = superviseRun(run, onCrash);
  const close = async () => {
    await supervisor.stopAll();
    await run.remove();
  };
  return { ...supervisor, close };
}

/** `.local` in the repository, so that logs are easy to find; elsewhere if Postgres may not go there. */
function runRoot(): string {
  return isReachable(REPOSITORY, serverUser()) ? join(REPOSITORY, '.local') : temporaryRoot();
}
