import { type ChildSpec, type LiveChild, spawnChild } from './child.ts';
import { ProcessEnded, ProcessNotReady, RunIsStopping } from './faults.ts';
import type { StopOutcome } from './process-group.ts';
import type { RunDirectory } from './run-directory.ts';
import { until } from './until.ts';
import { startWatchdog } from './watchdog.ts';

export type ServerSpec = ChildSpec & {
  /** Asked until it answers true; throwing means "not yet". */
  isReady: () => Promise<boolean>;
  readyWithinMs: number;
};

type CommandSpec = ChildSpec & { completeWithinMs?: number };

export type RunningProcess = {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  readonly startedInMs: number;
  /** Stops it on purpose: no crash is reported. Repeated calls answer the same. */
  stop(): Promise<StopOutcome>;
};

export type Supervisor = {
  readonly run: RunDirectory;
  /** Starts a server and answers when it is ready; throws ProcessEnded or ProcessNotReady otherwise. */
  start(spec: ServerSpec): Promise<RunningProcess>;
  /** Runs a command to its end; throws ProcessEnded when it fails or was stopped at its deadline. */
  complete(spec: CommandSpec): Promise<void>;
  /** Stops everything, last started first; leaves no process behind. Never throws for one that resists. */
  stopAll(): Promise<void>;
};

/** No command of the stack but the seed of a million accounts takes minutes; that one says so. */
const COMPLETE_WITHIN_MS = 60_000;

/**
 * Owns every process of one run. A process that ends on its own after it was ready is told to `onCrash`.
 * If this very process is killed, the run's watchdog stops what was started here.
 */
export function superviseRun(run: RunDirectory, onCrash: (crash: ProcessEnded) => void): Supervisor {
  const watchdog = startWatchdog(run);
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
      await readiness(spec, child).catch((error: unknown) => {
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
      const deadline = setTimeout(() => void child.stop(), spec.completeWithinMs ?? COMPLETE_WITHIN_MS);
      const exit = await child.exited;
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

async function readiness(spec: ServerSpec, child: LiveChild): Promise<void> {
  const ended = child.exited.then((exit) => {
    throw new ProcessEnded(spec.name, exit, child.logFile);
  });
  const ready = until(spec.isReady, { timeoutMs: spec.readyWithinMs, what: `${spec.name} being ready` });
  try {
    await Promise.race([ready, ended]);
  } catch (error) {
    await child.stop();
    if (error instanceof ProcessEnded) throw error;
    throw new ProcessNotReady(spec.name, spec.readyWithinMs, child.logFile, error);
  }
}

/** One after the other: what started later may need what started earlier until its very end. */
async function stopInReverse(children: Set<LiveChild>): Promise<void> {
  for (let last = [...children].at(-1); last; last = [...children].at(-1)) {
    const { name } = last;
    await last.stop().catch((error: unknown) => {
      process.stderr.write(`${name} resists to stop: ${String(error)}\n`);
    });
    children.delete(last);
  }
}
