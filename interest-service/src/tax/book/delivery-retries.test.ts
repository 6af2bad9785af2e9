import { describe, expect, it } from 'vitest';
import { PartitionLost } from '../../ledger/faults.ts';
import { retryDelivery } from './delivery-retries.ts';

describe('a delivery', () => {
  const options = (waits: number[]) => ({
    sleep: async (ms: number) => void waits.push(ms),
    random: () => 0.999_999,
    onFault: () => undefined,
  });
  const failing = (times: number) => {
    let left = times;
    return async () => {
      left -= 1;
      if (left >= 0) throw new Error('the database is away');
      return 'done';
    };
  };

  it('is repeated with growing pauses until it is booked', async () => {
    const waits: number[] = [];
    expect(await retryDelivery({ stillMine: async () => true }, failing(3), options(waits))).toBe('done');
    expect(waits).toEqual([100, 200, 400]);
  });

  it('is given up when another worker has the partition, which gets the records again', async () => {
    let calls = 0;
    const stillMine = async () => {
      calls += 1;
      return calls < 2;
    };
    await expect(retryDelivery({ stillMine }, failing(9), options([]))).rejects.toThrow(PartitionLost);
    expect(calls).toBe(2);
  });
});
