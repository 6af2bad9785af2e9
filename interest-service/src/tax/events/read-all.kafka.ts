import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import type { ReceivedRecord } from './event-stream.ts';
import { received } from './record.kafka.ts';

/** After this long without a record, the topic counts as read, because its last offsets may be transaction markers. */
const SILENCE_MS = 15_000;

/** Reads a topic from its first record to the record that is last now, in a group of its own that is deleted afterwards. */
export async function readAll(kafka: Kafka, topic: string): Promise<ReceivedRecord[]> {
  const admin = kafka.admin();
  await admin.connect();
  const groupId = `${topic}.read-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200 });
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const left = new Map(
      ends.filter(({ low, high }) => BigInt(low) < BigInt(high)).map((p) => [p.partition, BigInt(p.high)]),
    );
    const records: ReceivedRecord[] = [];
    if (left.size === 0) return records;
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((done, failed) => {
      let silence = setTimeout(done, SILENCE_MS);
      consumer
        .run({
          autoCommit: false,
          eachMessage: async ({ partition, message }) => {
            clearTimeout(silence);
            silence = setTimeout(done, SILENCE_MS);
            const end = left.get(partition);
            if (end === undefined || BigInt(message.offset) >= end) return;
            records.push(received(topic, partition, message));
            if (BigInt(message.offset) === end - 1n) left.delete(partition);
            if (left.size > 0) return;
            clearTimeout(silence);
            done();
          },
        })
        .catch(failed);
    });
    return records;
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}
