import type { Logger } from 'pino';
import { EXIT } from './exit-codes.ts';
import { closeLog } from './log.ts';

/** One deadline for the whole stop. Orchestrators send SIGKILL after ten seconds; the log needs one second of them. */
const STOP_WITHIN_MS = 9_000;
/** A part that hangs is left behind after this share of the remaining time, so that the parts behind it still close. */
const SHARE_OF_REMAINING = 0.5;

/** Something that was started and must be closed, e.g. a server or a pool. */
export type Part = { name: string; close: () => Promise<unknown> };

export type StopOptions = {
  /** Deadline for closing all parts, in milliseconds. */
  withinMs?: number;
};

/**
 * Stops the process on SIGTERM or SIGINT with exit code 0, and on an error that nothing caught with {@link EXIT.fault},
 * because a supervisor starts a clean process and a broken one helps no customer. The parts are closed in the
 * reverse order of their start. A part that fails or hangs is logged and does not keep the others open.
 */
export function stopOnSignal(log: Logger, parts: readonly Part[], options: StopOptions = {}): void {
  const { withinMs = STOP_WITHIN_MS } = options;
  let isStopping = false;
  const stop = async (why: string, code: number): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info({ why }, 'stopping');
    await closeParts(log, parts, withinMs);
    log.info('stopped');
    await closeLog();
    process.exit(code);
  };
  process.on('SIGTERM', () => void stop('SIGTERM', EXIT.done));
  process.on('SIGINT', () => void stop('SIGINT', EXIT.done));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (fault: unknown) => {
      log.fatal(
        { err: fault, event },
        'uncaught error: stopping, so that the supervisor starts a new process',
      );
      void stop(event, EXIT.fault);
    });
  }
}

/** Closes the parts in the reverse order of their start, within one deadline. Never throws. */
export async function closeParts(log: Logger, parts: readonly Part[], withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (const { name, close } of parts.toReversed()) {
    const share = Math.max(0, deadline - performance.now()) * SHARE_OF_REMAINING;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), share);
    });
    try {
      const outcome = await Promise.race([close(), late]);
      if (outcome === 'late')
        log.warn({ part: name, afterMs: Math.round(share) }, 'part did not close in time');
    } catch (fault) {
      log.warn({ part: name, err: fault }, 'part did not close cleanly');
    }
    clearTimeout(timer);
  }
}
