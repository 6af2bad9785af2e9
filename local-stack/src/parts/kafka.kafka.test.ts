import { randomBytes } from 'node:crypto';
import kafkajs, { type Consumer, type EachMessagePayload } from 'kafkajs';
import { afterEach, expect, it } from 'vitest';
import { describeWithKafka, kafkaBrokers, waitFor } from '../testing.ts';

const { Kafka, logLevel, Partitioners } = kafkajs;
/** disconnect() waits for the fetch under way, by default for up to five seconds. */
const FETCH_WAIT_MS = 200;
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const unique = (name: string) => `${name}-${randomBytes(4).toString('hex')}`;
const client = () => new Kafka({ clientId: 'test', brokers: kafkaBrokers(), logLevel: logLevel.NOTHING });

async function createTopic(numPartitions: number): Promise<string> {
  const topic = unique('payouts');
  const admin = client().admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions }] });
  await admin.disconnect();
  return topic;
}

/** Publishes like the relay: idempotent, acknowledged by all replicas, keyed by account. */
async function publish(topic: string, messages: { key: string; value: string }[]): Promise<void> {
  const producer = client().producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  try {
    for (const message of messages) await producer.send({ topic, acks: -1, messages: [message] });
  } finally {
    await producer.disconnect();
  }
}

type Seen = { key: string; value: string; partition: number };

async function consume(topic: string, groupId: string, seen: Seen[]): Promise<Consumer> {
  const consumer = client().consumer({ groupId, maxWaitTimeInMs: FETCH_WAIT_MS });
  stops.push(() => consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const eachMessage = async ({ partition, message }: EachMessagePayload) => {
    seen.push({ key: String(message.key), value: String(message.value), partition });
  };
  await consumer.run({ eachMessage });
  return consumer;
}

describeWithKafka('kafkajs against the broker', () => {
  it('delivers every record, in order for each account', async () => {
    const topic = await createTopic(3);
    const sent = Array.from({ length: 60 }, (_, n) => ({ key: `account-${n % 7}`, value: String(n) }));
    await publish(topic, sent);
    const seen: Seen[] = [];
    await consume(topic, unique('tax-worker'), seen);
    await waitFor(() => seen.length >= sent.length, { timeoutMs: 15_000 });
    for (let account = 0; account < 7; account += 1) {
      const key = `account-${account}`;
      const values = seen.filter((record) => record.key === key);
      expect(values.map(({ value }) => value)).toEqual(
        sent.filter((m) => m.key === key).map(({ value }) => value),
      );
      expect(new Set(values.map(({ partition }) => partition)).size).toBe(1);
    }
    expect(seen).toHaveLength(sent.length);
  });

  it('goes on where the group stopped', async () => {
    const topic = await createTopic(1);
    const groupId = unique('tax-worker');
    await publish(topic, [{ key: 'a', value: 'first' }]);
    const before: Seen[] = [];
    const consumer = await consume(topic, groupId, before);
    await waitFor(() => before.length === 1, { timeoutMs: 15_000 });
    await consumer.disconnect(); // commits what it resolved

    await publish(topic, [{ key: 'a', value: 'second' }]);
    const after: Seen[] = [];
    await consume(topic, groupId, after);
    await waitFor(() => after.length > 0, { timeoutMs: 15_000 });
    expect(after.map(({ value }) => value)).toEqual(['second']);
  });
});
