import { Kafka, logLevel } from 'kafkajs';
import type { EventLog, Publisher, SubscribeOptions, Subscription } from './event-stream.ts';
import { kafkajsPublisher } from './publisher.kafka.ts';
import { readAll } from './read-all.kafka.ts';
import { received } from './record.kafka.ts';
import { ensureTopics } from './topics.kafka.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;
/** A worker that died is noticed after this, and its partitions go to another: the broker's least is six seconds. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 2_000;
/** An idle fetch is answered after this; stopping waits for the one that is open. */
const MAX_WAIT_MS = 200;
/** Partitions worked on at a time: each takes one of the pool's connections, and two processors do not do more. */
const PARTITIONS_AT_A_TIME = 4;

type Write = (fields: object, message: string) => void;
export type KafkaOptions = { brokers: string[]; clientId: string; log: { warn: Write; debug: Write } };

/** Apache Kafka by kafkajs. */
export function kafkajsLog({ brokers, clientId, log }: KafkaOptions): EventLog {
  const kafka = new Kafka({
    brokers,
    clientId,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 },
    logCreator:
      () =>
      ({ level, log: { message, ...extra } }) => {
        const write = level <= logLevel.WARN ? log.warn : log.debug;
        write.call(log, { kafka: extra['error'] ?? extra['clientId'] }, message);
      },
  });
  return {
    ensureTopics: (topics) => ensureTopics(kafka, topics),
    publisher: async (): Promise<Publisher> => kafkajsPublisher(kafka),
    subscribe: (options) => subscribe(kafka, options),
    readAll: (topic) => readAll(kafka, topic),
  };
}

async function subscribe(
  kafka: Kafka,
  { topic, group, limit, take }: SubscribeOptions,
): Promise<Subscription> {
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: MAX_WAIT_MS,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 20, restartOnFailure: async () => true },
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: PARTITIONS_AT_A_TIME,
    eachBatchAutoResolve: false,
    eachBatch: async (payload) => {
      const { batch, heartbeat, isRunning, isStale, resolveOffset, commitOffsetsIfNecessary } = payload;
      const stillMine = async (): Promise<boolean> => {
        await heartbeat(); // throws when the group rebalances: kafkajs must see that to join again
        return isRunning() && !isStale();
      };
      for (let first = 0; first < batch.messages.length; first += limit) {
        if (!isRunning() || isStale()) return;
        const messages = batch.messages.slice(first, first + limit);
        await take({ records: messages.map((m) => received(topic, batch.partition, m)), stillMine });
        const last = messages.at(-1);
        if (last !== undefined) resolveOffset(last.offset);
        await heartbeat();
        await commitOffsetsIfNecessary();
      }
    },
  });
  return { close: () => consumer.disconnect() };
}
