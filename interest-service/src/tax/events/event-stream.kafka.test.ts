import { randomBytes } from 'node:crypto';
import { describeWithKafka, kafkaBrokers, waitFor } from '@core-exit/local-stack/testing';
import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { platformaticStream } from '../../../testing/platformatic-stream.ts';
import { kafkaStream } from './event-stream.kafka.ts';
import type { Delivery, EventRecord, EventStream, ReceivedRecord, Subscription } from './event-stream.ts';

const PARTITIONS = 4;
const DAY_MS = 86_400_000;

const LOGS: [name: string, open: (brokers: string[]) => EventStream][] = [
  ['kafkajs', (brokers) => kafkaStream({ brokers, clientId: 'contract', log: pino({ level: 'silent' }) })],
  ['@platformatic/kafka', (brokers) => platformaticStream({ brokers, clientId: 'contract' })],
];

// Every implementation of the event stream must pass these tests.
for (const [name, open] of LOGS) {
  describeWithKafka(`the event log by ${name}`, () => {
    const closing: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close();
    });

    const openLog = () => open(kafkaBrokers());
    async function newTopic(): Promise<{ log: EventStream; topic: string; publish: Publish }> {
      const log = openLog();
      const topic = `contract-${randomBytes(4).toString('hex')}`;
      await log.ensureTopics([{ name: topic, partitions: PARTITIONS, retentionMs: DAY_MS }]);
      const publisher = await log.publisher();
      closing.push(() => publisher.close());
      return { log, topic, publish: (records) => publisher.publish(topic, records) };
    }
    type Publish = (records: EventRecord[]) => Promise<void>;
    async function read(
      log: EventStream,
      topic: string,
      take: (delivery: Delivery) => Promise<void> = async () => undefined,
      limit = 100,
    ): Promise<{ seen: ReceivedRecord[]; deliveries: ReceivedRecord[][]; subscription: Subscription }> {
      const seen: ReceivedRecord[] = [];
      const deliveries: ReceivedRecord[][] = [];
      const subscription = await log.subscribe({
        topic,
        group: `${topic}-group`,
        limit,
        take: async (delivery) => {
          deliveries.push(delivery.records);
          await take(delivery);
          seen.push(...delivery.records);
        },
      });
      closing.push(() => subscription.close());
      return { seen, deliveries, subscription };
    }
    const all = (seen: readonly unknown[], count: number) =>
      waitFor(async () => seen.length >= count, { timeoutMs: 20_000, what: `${count} records` });
    const records = (count: number, keys = 10): EventRecord[] =>
      Array.from({ length: count }, (_, i) => ({ key: `key-${i % keys}`, value: String(i), headers: {} }));
    const values = (seen: readonly ReceivedRecord[]) => seen.map(({ value }) => Number(value));

    it('returns every byte that was written', async () => {
      const { log, topic, publish } = await newTopic();
      const record = {
        key: '110000000001',
        value: '{"메모":"지금 이자"}',
        headers: { cause: '원인 ≠ 1', empty: '' },
      };
      await publish([record]);
      const { seen } = await read(log, topic);
      await all(seen, 1);
      expect(seen).toEqual([{ ...record, origin: expect.stringMatching(new RegExp(`^${topic}:[0-3]:0$`)) }]);
    });

    it('keeps the order of each key, over batches and deliveries of one partition', async () => {
      const { log, topic, publish } = await newTopic();
      for (let i = 0; i < 5; i += 1) {
        await publish(records(200).map((record, j) => ({ ...record, value: String(i * 200 + j) })));
      }
      const { seen, deliveries } = await read(log, topic, undefined, 70);
      await all(seen, 1_000);
      for (let key = 0; key < 10; key += 1) {
        const ofKey = values(seen.filter((record) => record.key === `key-${key}`));
        expect(ofKey).toEqual(Array.from({ length: 100 }, (_, i) => i * 10 + key));
      }
      const partitionOf = ({ origin }: ReceivedRecord) => origin.split(':')[1];
      for (const delivery of deliveries) {
        expect(delivery.length).toBeLessThanOrEqual(70);
        expect(new Set(delivery.map(partitionOf)).size).toBe(1);
      }
    });

    it('delivers records again that were not done', async () => {
      const { log, topic, publish } = await newTopic();
      await publish(records(20));
      let faults = 0;
      const { seen } = await read(log, topic, async () => {
        faults += 1;
        if (faults <= 3) throw new Error('not yet');
      });
      await all(seen, 20);
      expect(values(seen).toSorted((a, b) => a - b)).toEqual(values(seen).map((_, i) => i));
      expect(faults).toBeGreaterThan(3);
    });

    it('continues at the position of the group', async () => {
      const { log, topic, publish } = await newTopic();
      await publish(records(50));
      const first = await read(log, topic);
      await all(first.seen, 50);
      await first.subscription.close();
      await publish(records(10).map((record) => ({ ...record, value: '100' })));
      const second = await read(openLog(), topic);
      await all(second.seen, 10);
      expect(values(second.seen)).toEqual(Array(10).fill(100));
    });

    it('shares the partitions of a group, and loses no record when a reader joins or leaves', async () => {
      const { log, topic, publish } = await newTopic();
      const [a, b] = [await read(log, topic), await read(openLog(), topic)];
      for (let i = 0; i < 10; i += 1) {
        await publish(records(100, 100).map((record, j) => ({ ...record, value: String(i * 100 + j) })));
        if (i === 5) await a.subscription.close();
      }
      const together = () => new Set([...values(a.seen), ...values(b.seen)]);
      await waitFor(async () => together().size === 1_000, { timeoutMs: 30_000, what: 'all records' });
      expect(b.seen.length).toBeGreaterThan(0);
    });

    it('reads a whole topic without moving a group', async () => {
      const { log, topic, publish } = await newTopic();
      expect(await log.readAll(topic)).toEqual([]);
      await publish(records(300));
      expect(values(await log.readAll(topic)).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 300 }, (_, i) => i),
      );
      const { seen } = await read(log, topic);
      await all(seen, 300);
    });

    it('creates a topic with its partitions and its retention, deleting and never compacting', async () => {
      const { log, topic } = await newTopic();
      await log.ensureTopics([{ name: topic, partitions: PARTITIONS, retentionMs: DAY_MS }]);
      expect(await settingsOf(topic)).toEqual({
        partitions: PARTITIONS,
        'cleanup.policy': 'delete',
        'retention.ms': String(DAY_MS),
      });
    });

    it('refuses a topic that is compacted', async () => {
      const topic = await foreignTopic({ 'cleanup.policy': 'compact' });
      await expect(
        openLog().ensureTopics([{ name: topic, partitions: 1, retentionMs: DAY_MS }]),
      ).rejects.toMatchObject({ code: 'TOPIC_NOT_SAFE' });
    });
  });
}

describeWithKafka('a topic that was created by hand', () => {
  const log = () =>
    kafkaStream({ brokers: kafkaBrokers(), clientId: 'contract', log: pino({ level: 'silent' }) });
  const ensure = (name: string) =>
    log().ensureTopics([{ name, partitions: PARTITIONS, retentionMs: DAY_MS }]);

  it.each<[string, Record<string, string>, number, RegExp]>([
    [
      'keeps events for less time',
      { 'retention.ms': String(DAY_MS - 1) },
      PARTITIONS,
      /retention\.ms=86399999.*86400000 or more/,
    ],
    ['has fewer partitions', { 'retention.ms': String(DAY_MS) }, PARTITIONS - 1, /3 partitions instead of 4/],
    ['has more partitions', { 'retention.ms': String(DAY_MS) }, PARTITIONS + 1, /5 partitions instead of 4/],
    [
      'compacts as well',
      { 'cleanup.policy': 'compact,delete' },
      PARTITIONS,
      /cleanup\.policy=compact,delete/,
    ],
  ])('and %s is refused with the wrong setting', async (_, config, partitions, message) => {
    const topic = await foreignTopic(config, partitions);
    await expect(ensure(topic)).rejects.toMatchObject({
      code: 'TOPIC_NOT_SAFE',
      message: expect.stringMatching(message),
    });
  });

  it.each([String(2 * DAY_MS), '-1'])(
    'and keeps events longer, retention.ms %s, is accepted',
    async (retention) => {
      await ensure(await foreignTopic({ 'retention.ms': retention }, PARTITIONS));
    },
  );
});

async function withAdmin<T>(work: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const admin = new kafkajs.Kafka({ brokers: kafkaBrokers(), logLevel: 0 }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** The settings of a topic, as the broker has them. */
const settingsOf = (topic: string) =>
  withAdmin(async (admin) => {
    const configNames = ['cleanup.policy', 'retention.ms'];
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    const resources = [{ type, name: topic, configNames }];
    const { resources: described } = await admin.describeConfigs({ includeSynonyms: false, resources });
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const entries = described[0]?.configEntries.map(({ configName, configValue }) => [
      configName,
      configValue,
    ]);
    return { partitions: topics[0]?.partitions.length, ...Object.fromEntries(entries ?? []) };
  });

const foreignTopic = (config: Record<string, string>, partitions = 1) =>
  withAdmin(async (admin) => {
    const topic = `foreign-${randomBytes(4).toString('hex')}`;
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic, numPartitions: partitions, configEntries }],
    });
    const isThere = async () => (await admin.listTopics()).includes(topic);
    await waitFor(isThere, { timeoutMs: 10_000, what: 'the topic is there' });
    return topic;
  });
