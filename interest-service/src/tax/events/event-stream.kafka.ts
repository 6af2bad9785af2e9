import { Kafka, logLevel } from 'kafkajs';
import type { EventStream, Publisher, SubscribeOptions, Subscription } from './event-stream.ts';
import { kafkaPublisher } from './publisher.kafka.ts';
import { readAll } from './read-all.kafka.ts';
import { received } from './record.kafka.ts';
import { ensureTopics } from './topics.kafka.ts';
import type { Topics } from './topics.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;
/** After this the group notices a worker that died, and gives its partitions to another one. Brokers allow no less. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 2_000;
/** The broker answers an idle fetch after this. A stop waits for the open fetch. */
const MAX_WAIT_MS = 200;
/** Partitions worked on at a time: each takes one connection of the pool, and two processors do no more. */
const PARTITIONS_AT_A_TIME = 4;

type Write = (fields: object, message: string) => void;
export type KafkaOptions = { brokers: string[]; clientId: string; log: { warn: Write; debug: Write } };

/** Apache Kafka by kafkajs. */
export function kafkaStream({ brokers, clientId, log }: KafkaOptions): EventStream {
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
    publisher: async (): Promise<Publisher> => kafkaPublisher(kafka),
    subscribe: (options) => subscribe(kafka, options),
    readAll: (topic) => readAll(kafka, topic),
  };
}

/** Opens the stream and makes sure that its topics exist with safe settings. */
export async function openEventStream(
  brokers: string[],
  clientId: string,
  log: KafkaOptions['log'],
  topics: Topics,
): Promise<EventStream> {
  const stream = kafkaStream({ brokers, clientId, log });
  await stream.ensureTopics([topics.payouts, topics.dead]);
  return stream;
}

async function subscribe(
  kafka: Kafka,
  { topic, group, limit, take, onTurn = () => undefined }: SubscribeOptions,
): Promise<Subscription> {
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: MAX_WAIT_MS,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 20, restartOnFailure: async () => true },
  });
  consumer.on(consumer.events.FETCH, onTurn);
  consumer.on(consumer.events.CRASH, onTurn);
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: PARTITIONS_AT_A_TIME,
    eachBatchAutoResolve: false,
    eachBatch: async (payload) => {
      const { batch, heartbeat, isRunning, isStale, resolveOffset, commitOffsetsIfNecessary } = payload;
      const stillMine = async (): Promise<boolean> => {
        await heartbeat(); // throws when the group rebalances, which kafkajs must see to join again
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
