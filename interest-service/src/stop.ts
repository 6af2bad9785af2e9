import type { Logger } from 'pino';
import { leaveLog } from '../contract/server/index.ts';

/** Each part of a stop has this long; what hangs is left behind and said. */
const PART_DEADLINE_MS = 5_000;

export type Part = { name: string; close: () => Promise<unknown> };

/**
 * Stops the parts in the reverse order of their start on SIGTERM or SIGINT, each within its deadline, then exits.
 * A fault that nobody caught ends the process with code 1: a supervisor starts a clean one, limping helps nobody.
 */
export function stopOnSignal(log: Logger, parts: Part[]): void {
  let stopping = false;
  const stop = async (why: string, code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, 'stopping');
    for (const { name, close } of parts.toReversed()) {
      const late = setTimeout(() => log.warn({ part: name }, 'part did not stop in time'), PART_DEADLINE_MS);
      await Promise.race([close(), new Promise((done) => setTimeout(done, PART_DEADLINE_MS + 10))]).catch(
        (fault: unknown) => log.warn({ part: name, err: fault }, 'part did not stop cleanly'),
      );
      clearTimeout(late);
    }
    await leaveLog();
    process.exit(code);
  };
  process.once('SIGTERM', () => void stop('SIGTERM', 0));
  process.once('SIGINT', () => void stop('SIGINT', 0));
  process.once('uncaughtException', (fault) => {
    log.fatal({ err: fault }, 'uncaught fault: stopping, a supervisor should start a new process');
    void stop('uncaught fault', 1);
  });
}
