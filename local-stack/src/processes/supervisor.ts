import { type ChildSpec, type LiveChild, spawnChild } from './child.ts';
import { ProcessEnded, ProcessNotReady, RunIsStopping } from './process-faults.ts';
import type { StopOutcome } from './process-group.ts';
import type { RunDirectory } from './run-directory.ts';
import { until } from './until.ts';
import { type OnWaiting, WaitingList } from './waiting.ts';
import { startWatchdog } from './watchdog.ts';

export type ServerSpec = ChildSpec & {
  /** Called until it returns true. If it throws, the server is not ready yet. */
  isReady: () => Promise<boolean>;
  /** Default: the limit of the run. */
  readyWithinMs?: number;
};

/** `completeWithinMs`: default is the limit of the run. */
type CommandSpec = ChildSpec & { completeWithinMs?: number };

export type RunningProcess = {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  readonly startedInMs: number;
  /** Stops the process on purpose, so no crash is reported. A repeated call returns the same promise. */
  stop(): Promise<StopOutcome>;
};

export type Supervisor = {
  readonly run: RunDirectory;
  /** Starts a server and returns when it is ready; throws ProcessEnded or ProcessNotReady otherwise. */
  start(spec: ServerSpec): Promise<RunningProcess>;
  /** Runs a command to its end; throws ProcessEnded if the command fails or is stopped at its limit. */
  complete(spec: CommandSpec): Promise<void>;
  /** Stops all processes, the last started first. Never throws: a process that does not stop is killed. */
  stopAll(): Promise<void>;
};

export type SupervisorOptions = {
  /** Called when a process ends on its own after it was ready. */
  onCrash: (crash: ProcessEnded) => void;
  /** How long a server may take to become ready, and a command to end. */
  limitMs: number;
  onWaiting?: OnWaiting;
};

/** Owns each process of one run. If this process is killed, the run's watchdog stops the processes started here. */
export function superviseRun(
  run: RunDirectory,
  { onCrash, limitMs, onWaiting = () => {} }: SupervisorOptions,
): Supervisor {
  const watchdog = startWatchdog(run);
  const waiting = new WaitingList(onWaiting);
  const children = new Set<LiveChild>(); // in the order of their start
  let stopping: Promise<void> | undefined;

  const launch = async (spec: ChildSpec): Promise<LiveChild> => {
    if (stopping) throw new RunIsStopping(spec.name);
    const child = await spawnChild(spec, run);
    children.add(child);
    void child.exited.then(() => children.delete(child));
    return child;
  };

  return {
    run,
    async start(spec) {
      const begin = performance.now();
      const child = await launch(spec);
      const withinMs = spec.readyWithinMs ?? limitMs;
      const ready = readiness(spec, child, withinMs);
      await waiting.during(spec.name, withinMs, ready).catch((error: unknown) => {
        throw stopping ? new RunIsStopping(spec.name) : error;
      });
      void child.exited.then((exit) => {
        if (!child.isStopping()) onCrash(new ProcessEnded(spec.name, exit, child.logFile));
      });
      const startedInMs = Math.round(performance.now() - begin);
      return {
        name: spec.name,
        pid: child.pid,
        logFile: child.logFile,
        startedInMs,
        stop: () => child.stop(),
      };
    },
    async complete(spec) {
      const child = await launch(spec);
      const withinMs = spec.completeWithinMs ?? limitMs;
      const deadline = setTimeout(() => void child.stop(), withinMs);
      const exit = await waiting.during(spec.name, withinMs, child.exited);
      clearTimeout(deadline);
      if (stopping) throw new RunIsStopping(spec.name);
      if (exit.code !== 0) throw new ProcessEnded(spec.name, exit, child.logFile);
    },
    stopAll() {
      stopping ??= stopInReverse(children).then(() => watchdog.dismiss());
      return stopping;
    },
  };
}

async function readiness(spec: ServerSpec, child: LiveChild, withinMs: number): Promise<void> {
  const ended = child.exited.then((exit) => {
    throw new ProcessEnded(spec.name, exit, child.logFile);
  });
  const ready = until(spec.isReady, { timeoutMs: withinMs, what: `${spec.name} is ready` });
  try {
    await Promise.race([ready, ended]);
  } catch (error) {
    await child.stop();
    if (error instanceof ProcessEnded) throw error;
    throw new ProcessNotReady(spec.name, withinMs, child.logFile, error);
  }
}

/** One after the other, because a process may need an earlier one until its own end. */
async function stopInReverse(children: Set<LiveChild>): Promise<void> {
  for (let last = [...children].at(-1); last; last = [...children].at(-1)) {
    const { name } = last;
    await last.stop().catch((error: unknown) => {
      process.stderr.write(`${name} was not stopped: ${String(error)}\n`);
    });
    children.delete(last);
  }
}
