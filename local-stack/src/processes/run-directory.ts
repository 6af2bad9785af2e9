import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Journal } from './journal.ts';
import { startOfProcess } from './process-identity.ts';

/** What one run of the stack writes: data, logs and the list of its processes, all below one directory. */
export type RunDirectory = {
  readonly path: string;
  readonly journal: Journal;
  /** A kept run outlives its end, for a look at its data and logs. */
  isKept(): boolean;
  /** After a crash the logs are worth a look; the next run may clean them away. */
  keepUntilNextRun(): void;
  logFile(name: string): string;
  /** Makes a directory for one part and returns its path. */
  directory(name: string): string;
  /** Removes everything, unless it is kept in one of the two ways. */
  remove(): Promise<void>;
  /** Removes everything but a kept run. */
  removeAsLeftover(): Promise<void>;
};

/** A run's name carries the supervisor that owns it, so that a later run can tell whether it is still alive. */
const RUN_NAME = /^run-(?<pid>\d+)-(?<startedAt>[^-]+)-[0-9a-f]{4}$/;

/** Postgres leaves files behind for a moment after its end: removing is tried again. */
const REMOVE_RETRIES = 10;

/** Files of these names say: keep this run. Files, so that the watchdog and later runs see them too. */
const KEPT = 'kept';
const KEPT_UNTIL_NEXT_RUN = 'kept-until-next-run';

export function openRunDirectory(path: string): RunDirectory {
  const isMarked = (mark: string) => existsSync(join(path, mark));
  const removeUnless = async (marks: string[]) => {
    if (marks.some(isMarked)) return;
    await rm(path, { recursive: true, force: true, maxRetries: REMOVE_RETRIES, retryDelay: 50 });
  };
  return {
    path,
    journal: new Journal(join(path, 'processes.jsonl')),
    logFile: (name) => join(path, 'logs', `${name}.log`),
    directory(name) {
      const directory = join(path, name);
      mkdirSync(directory, { recursive: true });
      return directory;
    },
    isKept: () => isMarked(KEPT),
    keepUntilNextRun: () => writeFileSync(join(path, KEPT_UNTIL_NEXT_RUN), ''),
    remove: () => removeUnless([KEPT, KEPT_UNTIL_NEXT_RUN]),
    removeAsLeftover: () => removeUnless([KEPT]),
  };
}

export function createRunDirectory(root: string, { keep }: { keep: boolean }): RunDirectory {
  const startedAt = (startOfProcess(process.pid) ?? '0').replaceAll(/[^A-Za-z0-9]/g, '');
  const name = `run-${process.pid}-${startedAt}-${randomBytes(2).toString('hex')}`;
  const run = openRunDirectory(join(root, name));
  mkdirSync(join(run.path, 'logs'), { recursive: true });
  if (keep) writeFileSync(join(run.path, KEPT), '');
  chmodSync(run.path, 0o755); // the postgres user must reach its own directory below it
  return run;
}

/** Is the process that made this run directory still there? False also for names that are not runs. */
export function ownerOfRunIsAlive(name: string): boolean {
  const { pid, startedAt } = RUN_NAME.exec(name)?.groups ?? {};
  return (
    startOfProcess(Number(pid))?.replaceAll(/[^A-Za-z0-9]/g, '') === startedAt && startedAt !== undefined
  );
}

export function isRunDirectory(name: string): boolean {
  return RUN_NAME.test(name);
}
