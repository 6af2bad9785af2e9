import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Admin, Kafka, logLevel } from 'kafkajs';
import type { Logger } from 'pino';
import { MAX_MESSAGE_BYTES, PARTITIONS, RETENTION_MS, type VerdictTopic } from './topic.ts';

const REQUEST_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
/** Much longer than a broker needs; after that something else is wrong. */
const TOPIC_KNOWN_WITHIN_MS = 20_000;
const TOPIC_PAUSE_MS = 100;

export function kafkaClient(brokers: string[], clientId: string, log: Logger): Kafka {
  return new Kafka({
    brokers,
    clientId,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 },
    logCreator:
      () =>
      ({ level, log: { message, ...extra } }) => {
        const fields = { kafka: extra['error'] ?? extra['clientId'] };
        if (level <= logLevel.WARN) log.warn(fields, message);
        else log.debug(fields, message);
      },
  });
}

/** Creates the topic if it does not exist. It is not compacted, because the last batch does not replace earlier ones. */
export async function ensureTopic(kafka: Kafka, { name }: VerdictTopic): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: false,
      topics: [
        {
          topic: name,
          numPartitions: PARTITIONS,
          configEntries: [
            { name: 'cleanup.policy', value: 'delete' },
            { name: 'retention.ms', value: String(RETENTION_MS) },
            { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
          ],
        },
      ],
    });
    await untilKnown(admin, name);
  } finally {
    await admin.disconnect();
  }
}

export async function connectedAdmin(kafka: Kafka): Promise<Admin> {
  const made = kafka.admin();
  await made.connect();
  return made;
}

/** Waits until the leaders of all partitions of a new topic answer. */
async function untilKnown(admin: Admin, topic: string): Promise<void> {
  const deadline = performance.now() + TOPIC_KNOWN_WITHIN_MS;
  for (;;) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (fault) {
      if (performance.now() > deadline) throw fault;
      await pause(TOPIC_PAUSE_MS);
    }
  }
}

/** Whether the broker refuses the message for ever because of its size. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof kafkajs.KafkaJSProtocolError && error.type === 'MESSAGE_TOO_LARGE';
}
