import { Fault } from '@core-exit/process/faults';
import { COMPARATOR_FAULTS } from '../faults.ts';

const DAY_MS = 86_400_000;
/**
 * Keyed by the gateway's run, so that one run's batches stay in order and the store's fence can tell an old one. Twelve
 * gateways write side by side; more share.
 */
export const PARTITIONS = 12;
/**
 * How long the store may be away before verdicts are lost. Longer than a holiday weekend, shorter than the retention of
 * the store itself: the topic is a way to the store and not a second one.
 */
export const RETENTION_MS = 7 * DAY_MS;
/** A batch after an hour without a broker: 500 masked cases and 50,000 counts, compressed. The broker's own limit is 1 MB. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/** A topic, and the group of those who write what is in it to the database. */
export type VerdictTopic = { name: string; group: string };

/** `prefix` keeps several banks on one broker apart. */
export function verdictTopic(prefix: string): VerdictTopic {
  return { name: `${prefix}comparator.verdicts.v1`, group: `${prefix}comparator-store` };
}

/** The store has not read yet what gateways have published. */
export class StoreBehind extends Fault {
  constructor(messages: bigint) {
    super(COMPARATOR_FAULTS.STORE_BEHIND, `${messages} batches of verdicts wait in Kafka`);
  }
}
