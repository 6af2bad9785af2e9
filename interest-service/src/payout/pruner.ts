import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { postgresKeptReplies } from './prune.sql.ts';
import { sweep } from './prune.ts';

/** Some thousand refusals an hour: a few batches each time. */
const EVERY_MS = 10 * 60_000;

/** Sweeps now and then, in every instance of the service; an advisory lock lets one of them do it. */
export function startSweeper(source: DataSource, log: Logger): Part {
  const abort = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = sweep(postgresKeptReplies(source), abort.signal).then(
      (swept) => log.debug(swept, 'swept'),
      (fault: unknown) => log.warn({ err: fault }, 'replies not swept: tried again in ten minutes'),
    );
  }, EVERY_MS);
  timer.unref();
  return {
    name: 'sweeper',
    close: async () => {
      clearInterval(timer);
      abort.abort();
      await running;
    },
  };
}
