import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Admin,
  ConfigResourceTypes,
  Consumer,
  type Message,
  type MessagesStream,
  ProduceAcks,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import { TopicNotSafe } from '../src/ledger/faults.ts';
import {
  type EventStream,
  type Publisher,
  type ReceivedRecord,
  type SubscribeOptions,
  type Subscription,
  type TopicSettings,
} from '../src/tax/events/event-stream.ts';

const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 2_000;
const MAX_WAIT_MS = 200;
const RETRY_MS = 200;

type Text = Message<string, string, string, string>;
type TextStream = MessagesStream<string, string, string, string>;

/** Apache Kafka by @platformatic/kafka, only to compare it with kafkajs behind the same port (docs/decisions/0020). */
export function platformaticStream({
  brokers,
  clientId,
}: {
  brokers: string[];
  clientId: string;
}): EventStream {
  const base = { clientId, bootstrapBrokers: brokers, autocreateTopics: false, retries: 5, retryDelay: 200 };
  return {
    ensureTopics: (topics) => withAdmin(base, (admin) => ensureTopics(admin, topics)),
    publisher: async () => publisher(base),
    subscribe: (options) => subscribe(base, options),
    readAll: (topic) => withAdmin(base, (admin) => readAll(base, admin, topic)),
  };
}

type Base = { clientId: string; bootstrapBrokers: string[] };

async function withAdmin<T>(base: Base, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin(base);
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

async function ensureTopics(admin: Admin, topics: readonly TopicSettings[]): Promise<void> {
  const there = new Set(await admin.listTopics());
  for (const { name, partitions, retentionMs } of topics.filter((topic) => !there.has(topic.name))) {
    await admin.createTopics({
      topics: [name],
      partitions,
      replicas: -1,
      configs: [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: String(retentionMs) },
      ],
    });
  }
  const described = await admin.describeConfigs({
    resources: topics.map(({ name }) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName: name,
      configurationKeys: ['cleanup.policy'],
    })),
  });
  for (const { resourceName, configs } of described) {
    if (configs[0]?.value !== 'delete')
      throw new TopicNotSafe(`${resourceName}: ${String(configs[0]?.value)}`);
  }
}

function publisher(base: Base): Publisher {
  const producer = new Producer({
    ...base,
    serializers: stringSerializers,
    idempotent: true,
    acks: ProduceAcks.ALL,
  });
  return {
    async publish(topic, records) {
      await producer.send({ messages: records.map((record) => ({ topic, ...record })) });
    },
    close: () => producer.close(),
  };
}

async function subscribe(base: Base, { topic, group, limit, take }: SubscribeOptions): Promise<Subscription> {
  const consumer = new Consumer({
    ...base,
    groupId: group,
    deserializers: stringDeserializers,
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTime: MAX_WAIT_MS,
    autocommit: false,
  });
  const bell = createBell();
  const open = async (): Promise<TextStream> => {
    const opened = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' });
    opened.on('error', () => undefined); // the stream closes, and the loop opens another
    // The listener stays, because the stream emits the event once, and perhaps while a batch is worked on.
    opened.on('readable', () => bell.ring()).on('close', () => bell.ring());
    return opened;
  };
  let stream = await open();
  let closing = false;

  const work = async (partition: number, messages: Text[]): Promise<void> => {
    for (;;) {
      try {
        await take({ records: messages.map((m) => received(topic, m)), stillMine: async () => !closing });
        break;
      } catch {
        if (closing) return;
        await sleep(RETRY_MS);
      }
    }
    const last = messages.at(-1);
    if (last === undefined) return;
    // A rebalance may have moved the partition. Then the records are delivered again to its new reader.
    await consumer
      .commit({ offsets: [{ topic, partition, offset: last.offset + 1n, leaderEpoch: last.leaderEpoch }] })
      .catch(() => undefined);
  };
  const loop = async (): Promise<void> => {
    while (!closing) {
      if (stream.destroyed) {
        await sleep(RETRY_MS);
        stream = await open().catch(() => stream);
        continue;
      }
      const byPartition = readSome(stream, limit);
      if (byPartition.size === 0) {
        await bell.rung();
        continue;
      }
      await Promise.all([...byPartition].map(([partition, messages]) => work(partition, messages)));
    }
  };
  const running = loop();
  return {
    async close() {
      closing = true;
      await stream.close();
      await running;
      await consumer.close(true);
    },
  };
}

/** If it rings while no caller waits, the next caller does not wait. */
function createBell() {
  let heard = Promise.withResolvers<void>();
  return {
    ring: () => heard.resolve(),
    async rung() {
      await heard.promise;
      heard = Promise.withResolvers();
    },
  };
}

/** What is in the buffer now, at most `limit` of each partition. */
function readSome(stream: TextStream, limit: number): Map<number, Text[]> {
  const byPartition = new Map<number, Text[]>();
  for (let message = stream.read() as Text | null; message !== null; ) {
    const messages = byPartition.get(message.partition) ?? [];
    messages.push(message);
    byPartition.set(message.partition, messages);
    if (messages.length === limit) break;
    message = stream.read() as Text | null;
  }
  return byPartition;
}

function received(topic: string, message: Text): ReceivedRecord {
  return {
    key: message.key ?? '',
    value: message.value ?? null,
    headers: Object.fromEntries(message.headers),
    origin: `${topic}:${message.partition}:${message.offset}`,
  };
}

async function readAll(base: Base, admin: Admin, topic: string): Promise<ReceivedRecord[]> {
  const consumer = new Consumer({
    ...base,
    groupId: `${topic}.read-${randomUUID()}`,
    deserializers: stringDeserializers,
    maxWaitTime: MAX_WAIT_MS,
    autocommit: false,
  });
  try {
    const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? [];
    const left = new Map(
      ends.map((end, partition) => [partition, end] as const).filter(([, end]) => end > 0n),
    );
    const records: ReceivedRecord[] = [];
    if (left.size === 0) return records;
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest' });
    for await (const message of stream) {
      records.push(received(topic, message));
      if (message.offset + 1n >= (left.get(message.partition) ?? 0n)) left.delete(message.partition);
      if (left.size === 0) break;
    }
    return records;
  } finally {
    await consumer.close(true);
    await admin.deleteGroups({ groups: [consumer.groupId] }).catch(() => undefined);
  }
}
