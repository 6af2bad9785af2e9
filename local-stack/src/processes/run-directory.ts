import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Journal } from './journal.ts';
import { startOfProcess } from './process-identity.ts';

/** The directory of one run of the stack: data, logs and the list of its processes. */
export type RunDirectory = {
  readonly path: string;
  readonly journal: Journal;
  /** The directory of a kept run stays, so that a person can read its data and logs. */
  isKept(): boolean;
  /** After a crash the directory stays for a person to read, and the next run removes it. */
  keepUntilNextRun(): void;
  logFile(name: string): string;
  /** Makes a directory for one part and returns its path. */
  directory(name: string): string;
  /** Removes the directory, unless it is kept for ever or until the next run. */
  remove(): Promise<void>;
  /** Removes the directory, unless it is kept for ever. */
  removeAsLeftover(): Promise<void>;
};

/** The name of a run contains the id and start of its supervisor, so that a later run sees whether it is still alive. */
const RUN_NAME = /^run-(?<pid>\d+)-(?<startedAt>[^-]+)-[0-9a-f]{4}$/;

/** PostgreSQL can write files for a moment after its end, so the removal is tried again. */
const REMOVE_RETRIES = 10;

/** A file with one of these names keeps the run. The marks are files so that the watchdog and later runs see them too. */
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
  chmodSync(run.path, 0o755); // the user that runs PostgreSQL must reach its directory below
  return run;
}

/** Whether the process that made this run directory is still alive; false for a name that is not a run. */
export function ownerOfRunIsAlive(name: string): boolean {
  const { pid, startedAt } = RUN_NAME.exec(name)?.groups ?? {};
  return (
    startOfProcess(Number(pid))?.replaceAll(/[^A-Za-z0-9]/g, '') === startedAt && startedAt !== undefined
  );
}

export function isRunDirectory(name: string): boolean {
  return RUN_NAME.test(name);
}
