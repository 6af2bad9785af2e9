import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { TopicNotSafe } from '../../ledger/faults.ts';
import type { TopicSettings } from './event-stream.ts';

/** Much longer than a broker takes. After this the start fails, so that a supervisor reports it. */
const TOPICS_KNOWN_WITHIN_MS = 20_000;
const TOPICS_PAUSE_MS = 100;
/** `retention.ms` of a topic that keeps its records for ever. */
const FOR_EVER = -1;

/**
 * Creates the topics that are missing and refuses topics with unsafe settings. Replication factor and min.insync.replicas are
 * the defaults of the cluster.
 */
export async function ensureTopics(kafka: Kafka, topics: readonly TopicSettings[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: false,
      topics: topics.map(({ name, partitions, retentionMs }) => ({
        topic: name,
        numPartitions: partitions,
        configEntries: [
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'retention.ms', value: String(retentionMs) },
        ],
      })),
    });
    await waitForLeaders(admin, topics);
    for (const topic of topics) refuseUnsafe(topic, await actualTopic(admin, topic.name));
  } finally {
    await admin.disconnect();
  }
}

type ActualTopic = { policy: string | undefined; retentionMs: number; partitions: number };

async function actualTopic(admin: Admin, name: string): Promise<ActualTopic> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [
      { type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: ['cleanup.policy', 'retention.ms'] },
    ],
  });
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
  const config = (key: string) =>
    resources[0]?.configEntries.find(({ configName }) => configName === key)?.configValue;
  return {
    policy: config('cleanup.policy'),
    retentionMs: Number(config('retention.ms')),
    partitions: topics[0]?.partitions.length ?? 0,
  };
}

function refuseUnsafe({ name, partitions, retentionMs }: TopicSettings, is: ActualTopic): void {
  if (is.policy !== 'delete')
    throw new TopicNotSafe(
      `topic ${name} has cleanup.policy=${is.policy}: compaction would keep only the last event of each account; set cleanup.policy to delete`,
    );
  // A value that is not a number is refused as well.
  if (is.retentionMs !== FOR_EVER && !(is.retentionMs >= retentionMs))
    throw new TopicNotSafe(
      `topic ${name} has retention.ms=${is.retentionMs}: events would be deleted before an outage is noticed; set retention.ms to ${retentionMs} or more`,
    );
  if (is.partitions !== partitions)
    throw new TopicNotSafe(
      `topic ${name} has ${is.partitions} partitions instead of ${partitions}: with another number, later events of an account overtake its earlier ones; read the old topic to its end, delete it, and start again`,
    );
}

/**
 * A new topic is not known to all brokers at once. kafkajs can wait for its leaders, but it fails on the answers "no such
 * topic" and "not its leader", which a busy broker gives for a moment.
 */
async function waitForLeaders(admin: Admin, topics: readonly TopicSettings[]): Promise<void> {
  const deadline = performance.now() + TOPICS_KNOWN_WITHIN_MS;
  for (;;) {
    try {
      for (const { name } of topics) await admin.fetchTopicOffsets(name); // each leader answers this itself
      return;
    } catch (fault) {
      if (performance.now() > deadline) throw fault;
      await sleep(TOPICS_PAUSE_MS);
    }
  }
}
