import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from './journal.ts';
import { signalGroup, stopGroup } from './process-group.ts';
import { isRunDirectory, openRunDirectory, ownerOfRunIsAlive } from './run-directory.ts';

/** Short, because no client needs a process whose supervisor is gone. */
const ORPHAN_STOP_WITHIN_MS = 3_000;

/** Stops each process that a killed supervisor left running, the last started first. */
export async function stopOrphans(journal: Journal): Promise<void> {
  for (const { pid, stopSignal } of journal.stillRunning().reverse()) {
    await stopGroup(pid, { signal: stopSignal, withinMs: ORPHAN_STOP_WITHIN_MS }).catch(() => {
      signalGroup(pid, 'SIGKILL'); // a process that does not end must not keep the others running
    });
  }
}

/**
 * Stops and removes earlier runs whose supervisor is gone and whose watchdog did not clean up, for example after a power cut.
 * The data of runs started with `--keep` stay, because their directory has a file `kept`.
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
    return []; // there was no run yet
  }
}
