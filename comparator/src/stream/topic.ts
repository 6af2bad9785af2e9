import { Fault } from '@core-exit/process/faults';
import { COMPARATOR_FAULTS } from '../faults.ts';

const DAY_MS = 86_400_000;
/**
 * Messages are keyed by the run of the gateway, so that the batches of one run stay in order and the store recognises old
 * ones. Up to twelve gateways have a partition of their own; more gateways share them.
 */
export const PARTITIONS = 12;
/**
 * Verdicts are lost if the store is down for longer. Longer than a holiday weekend, and shorter than the retention of the
 * database, because the topic only carries verdicts to the database.
 */
export const RETENTION_MS = 7 * DAY_MS;
/** Enough for a batch after an hour without a broker: 500 masked cases and 50,000 counts, compressed. Kafka's default is 1 MB. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/** The topic, and the consumer group of the stores that write its messages to the database. */
export type VerdictTopic = { name: string; group: string };

/** `prefix` distinguishes several installations on one Kafka cluster. */
export function verdictTopic(prefix: string): VerdictTopic {
  return { name: `${prefix}comparator.verdicts.v1`, group: `${prefix}comparator-store` };
}

/** The store has not yet written all batches that gateways have published. */
export class StoreBehind extends Fault {
  constructor(messages: bigint) {
    super(COMPARATOR_FAULTS.STORE_BEHIND, `${messages} batches of verdicts wait in Kafka`);
  }
}
