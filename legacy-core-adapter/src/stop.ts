import { leaveLog } from '@core-exit/interest-service/contract/server';
import type { Logger } from 'pino';

/** The process is gone after this, whatever still hangs. */
const STOP_WITHIN_MS = 9_000;

/** On SIGTERM or SIGINT does the steps in order, each even if the one before failed, and ends the process. */
export function stopOnSignal(log: Logger, steps: (() => Promise<unknown>)[]): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error('did not stop in time: ended by force');
      void leaveLog().then(() => process.exit(1));
    }, STOP_WITHIN_MS).unref();
    for (const step of steps)
      await step().catch((fault: unknown) => log.error({ err: fault }, 'a step of the stop failed'));
    log.info('stopped');
    await leaveLog();
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}
