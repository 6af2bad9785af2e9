import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { minimalEnvironment } from '../config.ts';
import { type Exit, ProgramNotStarted } from './process-faults.ts';
import { type StopOutcome, signalGroup, stopGroup } from './process-group.ts';
import type { RunDirectory } from './run-directory.ts';

export type ChildSpec = {
  /** Unique within the run; names the log file. */
  name: string;
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  /** Postgres refuses to run as root. */
  runAs?: { uid: number; gid: number };
  stopSignal?: NodeJS.Signals;
  stopWithinMs?: number;
};

export type LiveChild = {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Settles when the process has ended, however it ended. */
  readonly exited: Promise<Exit>;
  isStopping(): boolean;
  stop(): Promise<StopOutcome>;
};

/** A service stops within 10 s by itself; the limit is a little longer, so that no service is killed before that. */
const STOP_WITHIN_MS = 12_000;

/** Starts a program as leader of its own process group, its output in the run's logs. */
export async function spawnChild(spec: ChildSpec, run: RunDirectory): Promise<LiveChild> {
  const { name, command, stopSignal = 'SIGTERM', stopWithinMs = STOP_WITHIN_MS } = spec;
  const logFile = run.logFile(name);
  const child = spawnWithLog(spec, logFile, run.path);
  const { pid } = child;
  if (pid !== undefined) run.journal.started({ pid, stopSignal, name }); // first, because this process can be killed at any moment
  await once(child, 'spawn').catch((error: unknown) => {
    throw new ProgramNotStarted(name, command, error);
  });
  const leader = pid as number; // a spawned process has an id

  let hasExited = false;
  const exited = once(child, 'exit').then(([code, signal]): Exit => {
    hasExited = true;
    signalGroup(leader, 'SIGKILL'); // children of the process that outlived it, while the id of the group is still ours
    run.journal.ended(leader);
    return { code, signal };
  });

  let stopping: Promise<StopOutcome> | undefined;
  const stop = async (): Promise<StopOutcome> => {
    if (hasExited) return 'stopped'; // the id may already belong to another process
    const outcome = await stopGroup(leader, { signal: stopSignal, withinMs: stopWithinMs });
    await exited;
    return outcome;
  };
  return {
    name,
    pid: leader,
    logFile,
    exited,
    isStopping: () => stopping !== undefined,
    stop: () => (stopping ??= stop()),
  };
}

function spawnWithLog(spec: ChildSpec, logFile: string, runPath: string): ChildProcess {
  // The log is a file and not a pipe to this process: a writer never waits for this process and can outlive it.
  const log = openSync(logFile, 'a');
  try {
    return spawn(spec.command, spec.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...minimalEnvironment(), ...spec.env },
      cwd: spec.cwd ?? runPath,
      ...spec.runAs,
    });
  } finally {
    closeSync(log);
  }
}
