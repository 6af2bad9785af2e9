/** Rows in flight. More rows would only wait in the cores. */
export const AT_ONCE = 8;

/** Runs the work for every item, some at a time. The results are in the order of the items. */
export type Each = <T, R>(items: readonly T[], work: (item: T) => Promise<R>) => Promise<R[]>;

/** Stops between two items if the signal is aborted. */
export function inParallel(signal: AbortSignal): Each {
  return async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
    const results: R[] = [];
    const queue = items.entries();
    const worker = async () => {
      for (const [i, item] of queue) {
        signal.throwIfAborted();
        results[i] = await work(item);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return results;
  };
}
