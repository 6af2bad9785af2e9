/** What is kept for a while and then removed. */
export interface KeptReplies {
  /**
   * Removes up to `limit` replies older than `hours`, the oldest first, and answers how many; null while another
   * sweeper is at it.
   */
  removeOlderThan(hours: number, limit: number): Promise<number | null>;
}

/**
 * A client may ask again with its key for three days: longer than a weekend without a network. What was paid is found
 * by its key for ever, because the receipt is the reply; a refusal that is gone is decided anew.
 */
export const REPLY_RETENTION_HOURS = 72;
/** Short transactions: a batch takes milliseconds and leaves the table to the payouts. */
const BATCH = 1_000;

export type Swept = { kind: 'done'; replies: number } | { kind: 'another sweeper is at it' };

/** Removes replies whose time is over, batch by batch. Stopped at any point it goes on with the next call. */
export async function sweep(
  kept: KeptReplies,
  signal: AbortSignal,
  onBatch: (removed: number) => void = () => {},
): Promise<Swept> {
  let replies = 0;
  while (!signal.aborted) {
    const removed = await kept.removeOlderThan(REPLY_RETENTION_HOURS, BATCH);
    if (removed === null) return { kind: 'another sweeper is at it' };
    replies += removed;
    onBatch(replies);
    if (removed < BATCH) break;
  }
  return { kind: 'done', replies };
}
