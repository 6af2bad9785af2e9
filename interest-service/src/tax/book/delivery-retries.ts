import { PartitionLost } from '../../ledger/faults.ts';
import { backOff } from '../events/back-off.ts';
import type { Delivery } from '../events/event-stream.ts';

export type RetryOptions = {
  sleep: (ms: number) => Promise<void>;
  random: () => number;
  onFault: (fault: unknown, waitMs: number) => void;
};

/** Repeats `work` with growing pauses until it succeeds. Throws {@link PartitionLost} when another worker has the partition. */
export async function retryDelivery<T>(
  delivery: Pick<Delivery, 'stillMine'>,
  work: () => Promise<T>,
  { sleep, random, onFault }: RetryOptions,
): Promise<T> {
  const faults = backOff(random);
  for (;;) {
    try {
      return await work();
    } catch (fault) {
      const waitMs = faults.next();
      onFault(fault, waitMs);
      await sleep(waitMs);
    }
    if (!(await delivery.stillMine())) throw new PartitionLost();
  }
}
