import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, CompressionTypes, type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import type { BatchStore } from '../store/batch-store.ts';
import { coalesced } from '../store/coalesced-run.ts';
import { connectedAdmin, ensureTopic, isTooLarge } from './client.ts';
import { consumerLag } from './consumer-lag.ts';
import { encodeBatch } from './message.ts';
import { StoreBehind, type VerdictTopic } from './topic.ts';

const ACK_TIMEOUT_MS = 5_000;
/** Few, because the recorder tries again with growing pauses. */
const RETRIES = 1;
/** Less than the time that a request for evidence waits for the database. */
const CAUGHT_UP_WITHIN_MS = 1_200;
const POLL_MS = 25;

export type PublishingStore = BatchStore & {
  /** Batches of all gateways that the store has not written yet. */
  lag(): Promise<bigint>;
  close(): Promise<void>;
};

/** Publishes batches to the topic. `comparator store` writes them to the database. Connects at the first batch. */
export function publishingStore(kafka: Kafka, topic: VerdictTopic, log: Logger): PublishingStore {
  let currentProducer: Promise<Producer> | null = null;
  let currentAdmin: Promise<Admin> | null = null;

  const producer = (): Promise<Producer> => (currentProducer ??= connectedProducer(kafka, topic));
  const admin = (): Promise<Admin> => (currentAdmin ??= connectedAdmin(kafka));
  /** Each fault needs a new producer, because with the old one's sequence numbers the broker could drop a new batch. */
  const dropProducer = async (): Promise<void> => {
    const broken = currentProducer;
    currentProducer = null;
    await broken?.then((made) => made.disconnect()).catch(() => undefined);
  };
  const dropAdmin = async (): Promise<void> => {
    const broken = currentAdmin;
    currentAdmin = null;
    await broken?.then((made) => made.disconnect()).catch(() => undefined);
  };
  const send = async (key: string, value: string): Promise<void> => {
    await (await producer()).send({
      topic: topic.name,
      acks: -1,
      timeout: ACK_TIMEOUT_MS,
      compression: CompressionTypes.GZIP,
      messages: [{ key, value }],
    });
  };
  /** Callers at the same time share one poll. */
  const caughtUp = coalesced(async () => {
    try {
      await untilWritten(await admin(), topic);
    } catch (fault) {
      if (!(fault instanceof StoreBehind)) await dropAdmin();
      throw fault;
    }
  });

  return {
    async write(stamp, batch) {
      try {
        await send(stamp.runId, encodeBatch({ stamp, batch })).catch(async (error: unknown) => {
          if (!isTooLarge(error)) throw error;
          log.error(
            { err: error, cases: batch.cases.length },
            'a batch is too large for Kafka, so only its counts were published: check the size of the answers',
          );
          await send(stamp.runId, encodeBatch({ stamp, batch: batch.countsOnly() }));
        });
      } catch (fault) {
        await dropProducer();
        throw fault;
      }
    },
    caughtUp,
    async lag() {
      try {
        return await consumerLag(await admin(), topic);
      } catch (fault) {
        await dropAdmin();
        throw fault;
      }
    },
    async close() {
      await Promise.all([dropProducer(), dropAdmin()]);
    },
  };
}

async function connectedProducer(kafka: Kafka, topic: VerdictTopic): Promise<Producer> {
  await ensureTopic(kafka, topic);
  const made = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: RETRIES },
  });
  await made.connect();
  return made;
}

/** Waits until the store has written all batches that are in the topic now. */
async function untilWritten(admin: Admin, topic: VerdictTopic): Promise<void> {
  const deadline = performance.now() + CAUGHT_UP_WITHIN_MS;
  const ends = await admin.fetchTopicOffsets(topic.name);
  for (;;) {
    const lag = await consumerLag(admin, topic, ends);
    if (lag <= 0n) return;
    if (performance.now() > deadline) throw new StoreBehind(lag);
    await pause(POLL_MS);
  }
}
