import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Logger } from 'pino';
import type { DeadLetters, Delivery } from '../flows/tax-posting.ts';

/** Payout events, keyed by account: one account's events stay in order. */
const PAYOUTS_TOPIC = 'interest.payouts.v1';
const DEAD_LETTER_TOPIC = 'interest.payouts.v1.dead';
const PARTITIONS = 6;
const REQUEST_TIMEOUT_MS = 10_000;
const CONSUMER_GROUP = 'interest-tax-worker';
/** A worker that died is noticed after this, and its partitions go to another: the broker's least is six seconds. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 2_000;
/** An idle fetch is answered after this; stopping waits for the one that is open. */
const MAX_WAIT_MS = 200;

export function kafkaClient(brokers: string[], clientId: string, log: Logger): Kafka {
  return new Kafka({
    brokers,
    clientId,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 5 },
    logCreator:
      () =>
      ({ level, log: { message, ...extra } }) => {
        const write = level <= logLevel.WARN ? log.warn : log.debug;
        write.call(log, { kafka: extra['error'] ?? extra['clientId'] }, message);
      },
  });
}

/** Creates the topics that are missing. */
export async function ensureTopics(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        { topic: PAYOUTS_TOPIC, numPartitions: PARTITIONS },
        { topic: DEAD_LETTER_TOPIC, numPartitions: 1 },
      ],
    });
  } finally {
    await admin.disconnect();
  }
}

export type Publisher = {
  publish(deliveries: Delivery[]): Promise<void>;
  deadLetters: DeadLetters;
  close(): Promise<void>;
};

/** Writes with acks from all in-sync replicas and the broker's own check against duplicates. */
export async function kafkaPublisher(kafka: Kafka): Promise<Publisher> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const send = async (
    topic: string,
    deliveries: Delivery[],
    headers: Record<string, string> = {},
  ): Promise<void> => {
    await producer.send({
      topic,
      acks: -1,
      compression: CompressionTypes.None,
      messages: deliveries.map(({ key, text }) => ({ key, value: text, headers })),
    });
  };
  return {
    publish: (deliveries) => send(PAYOUTS_TOPIC, deliveries),
    deadLetters: { put: (delivery, cause) => send(DEAD_LETTER_TOPIC, [delivery], { cause }) },
    close: () => producer.disconnect(),
  };
}

export type Subscription = { close(): Promise<void> };

/** Hands every payout event to `take`, in order per account; one that throws comes again after a back-off. */
export async function kafkaSubscription(
  kafka: Kafka,
  take: (delivery: Delivery) => Promise<void>,
): Promise<Subscription> {
  const consumer = kafka.consumer({
    groupId: CONSUMER_GROUP,
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: MAX_WAIT_MS,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 20, restartOnFailure: async () => true },
  });
  await consumer.connect();
  await consumer.subscribe({ topic: PAYOUTS_TOPIC, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) =>
      take({ key: message.key?.toString() ?? '', text: message.value?.toString() ?? '' }),
  });
  return { close: () => consumer.disconnect() };
}
