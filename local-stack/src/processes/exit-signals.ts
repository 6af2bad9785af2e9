import { constants } from 'node:os';

/** Second thoughts of a human: after this many signals we leave at once and the watchdog does the rest. */
const SIGNALS_UNTIL_LEAVING = 2;

/**
 * Stops a run in order when this process is asked to end (Ctrl-C, SIGTERM, closed terminal) or must end
 * (an error nobody caught), then exits. The second signal exits at once: the watchdog stops the rest.
 */
export function stopOnExitSignals(stop: () => Promise<void>): void {
  let signals = 0;
  const leave = (exitCode: number) => {
    signals += 1;
    if (signals >= SIGNALS_UNTIL_LEAVING) process.exit(exitCode);
    void stop().finally(() => process.exit(exitCode));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A stop that was asked for is a success; Ctrl-C and a closed terminal keep the shell's convention.
    process.on(signal, () => leave(signal === 'SIGTERM' ? 0 : 128 + constants.signals[signal]));
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      leave(1);
    });
  }
}
