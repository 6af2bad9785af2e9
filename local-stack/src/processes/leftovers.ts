import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from './journal.ts';
import { signalGroup, stopGroup } from './process-group.ts';
import { isRunDirectory, openRunDirectory, ownerOfRunIsAlive } from './run-directory.ts';

/** A process whose supervisor is gone has nobody to serve: a short grace will do. */
const ORPHAN_STOP_WITHIN_MS = 3_000;

/** Stops everything a dead supervisor left running, last started first. */
export async function stopOrphans(journal: Journal): Promise<void> {
  for (const { pid, stopSignal } of journal.stillRunning().reverse()) {
    await stopGroup(pid, { signal: stopSignal, withinMs: ORPHAN_STOP_WITHIN_MS }).catch(() => {
      signalGroup(pid, 'SIGKILL'); // one that will not end must not keep the others alive
    });
  }
}

/**
 * Ends and removes earlier runs whose supervisor is gone and whose watchdog did not clean up (power cut,
 * `kill -9` of everything). Runs that were asked to keep their data have a `kept` file and stay.
 */
export async function removeLeftovers(root: string): Promise<string[]> {
  const removed: string[] = [];
  for (const name of runsBelow(root)) {
    if (ownerOfRunIsAlive(name)) continue;
    const run = openRunDirectory(join(root, name));
    await stopOrphans(run.journal);
    if (run.isKept()) continue;
    await run.removeAsLeftover();
    removed.push(name);
  }
  return removed;
}

function runsBelow(root: string): string[] {
  try {
    return readdirSync(root).filter(isRunDirectory);
  } catch {
    return []; // no run was ever made here
  }
}
