import { constants } from 'node:os';

/** A way out for a program that decides to end: stops the run in order, then exits. The first reason counts. */
export type Leave = (exitCode: number) => void;

/** npm passes a signal on to the shell between us, which may end without passing it on to us. */
const LOOK_AT_PARENT_EVERY_MS = 200;

/**
 * Stops a run in order when this process is asked to end (Ctrl-C, SIGTERM, closed terminal) or must end
 * (an error nobody caught), then exits. A signal while it is stopping exits at once: a human has no patience
 * left, and the watchdog stops the rest. `byNpm`: npm started us, so the end of our parent is npm's signal to us.
 */
export function stopOnExitSignals(stop: () => Promise<void>, { byNpm = false } = {}): Leave {
  let leaving = false;
  const leave: Leave = (exitCode) => {
    if (leaving) return;
    leaving = true;
    void stop().finally(() => process.exit(exitCode));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A stop that was asked for is a success; Ctrl-C and a closed terminal keep the shell's convention.
    const exitCode = signal === 'SIGTERM' ? 0 : 128 + constants.signals[signal];
    process.on(signal, () => (leaving ? process.exit(exitCode) : leave(exitCode)));
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      if (leaving) return; // what was under way fails now, as it must
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      leave(1);
    });
  }
  if (byNpm) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && leave(0), LOOK_AT_PARENT_EVERY_MS).unref();
  }
  return leave;
}
