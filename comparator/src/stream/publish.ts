import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, CompressionTypes, type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import type { BatchStore } from '../store/batch-store.ts';
import { shared } from '../store/coalesced-run.ts';
import { connectedAdmin, ensureTopic, isTooLarge } from './client.ts';
import { batchesBehind } from './consumer-lag.ts';
import { encodeBatch } from './message.ts';
import { StoreBehind, type VerdictTopic } from './topic.ts';

const ACK_TIMEOUT_MS = 5_000;
/** The recorder tries again by itself, with growing pauses, and stops adding cases meanwhile. */
const RETRIES = 1;
/** Less than what an answer of evidence waits for. */
const CAUGHT_UP_WITHIN_MS = 1_200;
const LOOK_EVERY_MS = 25;

export type PublishingStore = BatchStore & {
  /** Batches of all gateways that the store has not written yet. */
  behind(): Promise<bigint>;
  close(): Promise<void>;
};

/** Batches to the topic; `comparator store` writes them to the database. Nothing connects before the first batch. */
export function publishingStore(kafka: Kafka, topic: VerdictTopic, log: Logger): PublishingStore {
  let current: Promise<Producer> | null = null;
  let looking: Promise<Admin> | null = null;

  const producer = (): Promise<Producer> => (current ??= connectedProducer(kafka, topic));
  const admin = (): Promise<Admin> => (looking ??= connectedAdmin(kafka));
  /** A new producer after each fault: with the old one's numbers the broker could take a new batch for a known one. */
  const forget = async (): Promise<void> => {
    const broken = current;
    current = null;
    await broken?.then((made) => made.disconnect()).catch(() => undefined);
  };
  const forgetAdmin = async (): Promise<void> => {
    const broken = looking;
    looking = null;
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
  /** One look for all who ask at the same time. */
  const caughtUp = shared(async () => {
    try {
      await untilRead(await admin(), topic);
    } catch (fault) {
      if (!(fault instanceof StoreBehind)) await forgetAdmin();
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
            'a batch is too large for Kafka: only its counts were published; look at the size of the answers',
          );
          await send(stamp.runId, encodeBatch({ stamp, batch: batch.countsOnly() }));
        });
      } catch (fault) {
        await forget();
        throw fault;
      }
    },
    caughtUp,
    async behind() {
      try {
        return await batchesBehind(await admin(), topic);
      } catch (fault) {
        await forgetAdmin();
        throw fault;
      }
    },
    async close() {
      await Promise.all([forget(), forgetAdmin()]);
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

/** Until the store has read, of every gateway, what is in the topic now. */
async function untilRead(admin: Admin, topic: VerdictTopic): Promise<void> {
  const deadline = performance.now() + CAUGHT_UP_WITHIN_MS;
  const ends = await admin.fetchTopicOffsets(topic.name);
  for (;;) {
    const behind = await batchesBehind(admin, topic, ends);
    if (behind <= 0n) return;
    if (performance.now() > deadline) throw new StoreBehind(behind);
    await pause(LOOK_EVERY_MS);
  }
}
