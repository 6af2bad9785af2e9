import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import type { BatchStore } from '../store/batch-store.ts';
import { ensureTopic } from './client.ts';
import { decodeBatch } from './message.ts';
import type { VerdictTopic } from './topic.ts';

/** A store that died is noticed after this: the broker's least is six seconds. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 2_000;
/** An idle fetch is answered after this; a mismatch is told at once, because a fetch ends with the first message. */
const MAX_WAIT_MS = 200;

export type RunningStore = { stop(): Promise<void> };

/**
 * Writes batches of verdicts from the topic to the database, each before its offset is committed: a batch may come
 * twice, and the fence of its run lets it count once. While the database is away nothing is read.
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
        log.error(at, 'passed over: no batch of verdicts; somebody else writes to this topic');
        return;
      }
      await store.write(decoded.stamp, decoded.batch).catch((err: unknown) => {
        log.error({ err, ...at }, 'verdicts cannot be stored: trying on');
        throw err;
      });
    },
  });
  return { stop: () => consumer.disconnect() };
}
