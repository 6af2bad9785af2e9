import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import type { BatchStore } from '../store/batch-store.ts';
import { ensureTopic } from './client.ts';
import { decodeBatch } from './message.ts';
import type { VerdictTopic } from './topic.ts';

/** The broker notices a dead store after this time; six seconds is the broker's minimum. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 2_000;
/** An idle fetch ends after this time. A mismatch is read at once, because a fetch ends with the first message. */
const MAX_WAIT_MS = 200;

export type RunningStore = { stop(): Promise<void> };

/**
 * Writes batches of verdicts from the topic to the database. A batch is written before its offset is committed, so a
 * batch may arrive twice; `writeBatch` counts it once. While the database does not answer, no further batch is read.
 */
export async function consumeVerdicts(
  kafka: Kafka,
  topic: VerdictTopic,
  store: BatchStore,
  log: Logger,
): Promise<RunningStore> {
  await ensureTopic(kafka, topic);
  const consumer = kafka.consumer({
    groupId: topic.group,
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: MAX_WAIT_MS,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 20, restartOnFailure: async () => true },
  });
  await consumer.connect();
  await consumer.subscribe({ topic: topic.name, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const at = { topic: topic.name, partition, offset: message.offset };
      const decoded = decodeBatch(message.value?.toString() ?? '');
      if (decoded === null) {
        log.error(
          at,
          'skipped a message that is not a batch of verdicts: find out which other program writes to this topic',
        );
        return;
      }
      await store.write(decoded.stamp, decoded.batch).catch((err: unknown) => {
        log.error({ err, ...at }, 'a batch of verdicts cannot be stored: the store tries again');
        throw err;
      });
    },
  });
  return { stop: () => consumer.disconnect() };
}
