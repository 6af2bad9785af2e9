import { constants } from 'node:os';
import { EXIT } from '@core-exit/process/exit-codes';

/** Ends the program: stops the run in order, then exits with the code. A second call changes nothing. */
export type Leave = (exitCode: number) => void;

/** npm sends a signal to the shell between npm and this process, and the shell may end without sending it on. */
const CHECK_PARENT_EVERY_MS = 200;

/**
 * Stops a run in order on SIGTERM, on Ctrl-C, when the terminal closes and on an uncaught error, and then exits. A second
 * signal exits at once, because a person pressed Ctrl-C again; the watchdog then stops the processes that still run.
 * `byNpm`: npm started this process, so the end of the parent process counts as a signal.
 */
export function stopOnExitSignals(stop: () => Promise<void>, { byNpm = false } = {}): Leave {
  let leaving = false;
  const leave: Leave = (exitCode) => {
    if (leaving) return;
    leaving = true;
    void stop().finally(() => process.exit(exitCode));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // SIGTERM is an ordered stop, so it is a success; Ctrl-C and a closed terminal keep the convention of shells.
    const exitCode = signal === 'SIGTERM' ? EXIT.done : 128 + constants.signals[signal];
    process.on(signal, () => (leaving ? process.exit(exitCode) : leave(exitCode)));
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      if (leaving) return; // work that was interrupted by the stop fails now
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      leave(EXIT.fault);
    });
  }
  if (byNpm) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && leave(EXIT.done), CHECK_PARENT_EVERY_MS).unref();
  }
  return leave;
}
