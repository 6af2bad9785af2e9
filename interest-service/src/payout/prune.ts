import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';

/** Replies that are stored for a while and then deleted. */
export interface StoredReplies {
  /**
   * Deletes up to `limit` replies that are older than `hours`, the oldest first, and returns how many. Null while another
   * pruner is running.
   */
  deleteOlderThan(hours: number, limit: number): Promise<number | null>;
}

/**
 * A client may repeat its idempotency key for three days: longer than a weekend without a network. A payout is found by its
 * key for ever, because the receipt is the reply. A refusal that was deleted is decided again.
 */
export const REPLY_RETENTION_HOURS = 72;
/** Short transactions: a batch takes milliseconds and leaves the table to the payouts. */
const BATCH = 1_000;
/** Some thousand refusals an hour are a few batches each time. */
const EVERY_MS = 10 * 60_000;

export type Pruned = { kind: 'done'; replies: number } | { kind: 'another pruner is running' };

/** Deletes old replies in batches. If it is stopped, the next call continues. */
export async function prune(
  stored: StoredReplies,
  signal: AbortSignal,
  onBatch: (deleted: number) => void = () => {},
): Promise<Pruned> {
  let replies = 0;
  while (!signal.aborted) {
    const deleted = await stored.deleteOlderThan(REPLY_RETENTION_HOURS, BATCH);
    if (deleted === null) return { kind: 'another pruner is running' };
    replies += deleted;
    onBatch(replies);
    if (deleted < BATCH) break;
  }
  return { kind: 'done', replies };
}

/** Prunes every ten minutes in every instance of the service. An advisory lock lets one instance at a time do it. */
export function startPruner(stored: StoredReplies, log: Logger): Part {
  const abort = new AbortController();
  let current: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    current = prune(stored, abort.signal).then(
      (pruned) => log.debug(pruned, 'replies pruned'),
      (fault: unknown) => log.warn({ err: fault }, 'replies not pruned: next attempt in ten minutes'),
    );
  }, EVERY_MS);
  timer.unref();
  return {
    name: 'pruner',
    close: async () => {
      clearInterval(timer);
      abort.abort();
      await current;
    },
  };
}
