import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, temporaryRoot } from './config.ts';
import { isReachable, serverUser } from './parts/server-user.ts';
import { removeLeftovers } from './processes/leftovers.ts';
import type { ProcessEnded } from './processes/process-faults.ts';
import { createRunDirectory } from './processes/run-directory.ts';
import { type Supervisor, superviseRun } from './processes/supervisor.ts';
import type { OnWaiting } from './processes/waiting.ts';

/** The only path that leaves this room, because the stack starts the programs of all rooms. */
// oxlint-disable-next-line house/no-path-out-of-room
export const REPOSITORY = join(import.meta.dirname, '..', '..');

export type Run = Supervisor & {
  /** Stops all processes and removes the run's directory, unless the directory is to be kept. */
  close(): Promise<void>;
};

export type RunOptions = {
  /** Default false. True: the data and logs stay after the end. */
  keep?: boolean;
  onCrash?: (crash: ProcessEnded) => void;
  /** How long a part or a service may take to become ready; default STACK_WAIT_SECONDS. */
  waitSeconds?: number;
  onWaiting?: OnWaiting;
};

/** Opens a run below the repository. Removes earlier runs that were killed and could not clean up. */
export async function openRun(options: RunOptions = {}): Promise<Run> {
  const { keep = false, onCrash = () => {}, onWaiting = () => {} } = options;
  const { waitSeconds = readConfig().waitSeconds } = options;
  const root = runRoot();
  mkdirSync(root, { recursive: true });
  chmodSync(root, 0o755); // with any umask, the user that runs PostgreSQL must reach the directories below
  await removeLeftovers(root);
  const run = createRunDirectory(root, { keep });
  const supervisor = superviseRun(run, { onCrash, limitMs: waitSeconds * 1_000, onWaiting });
  const close = async () => {
    await supervisor.stopAll();
    await run.remove();
  };
  return { ...supervisor, close };
}

/** `.local` in the repository, where logs are easy to find; the temporary directory if PostgreSQL cannot enter `.local`. */
function runRoot(): string {
  return isReachable(REPOSITORY, serverUser()) ? join(REPOSITORY, '.local') : temporaryRoot();
}
