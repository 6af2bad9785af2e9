import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { TopicNotSafe, type TopicSettings } from './event-stream.ts';

/** Much longer than a broker takes; then something else is wrong, and a supervisor should see it. */
const TOPICS_KNOWN_WITHIN_MS = 20_000;
const TOPICS_PAUSE_MS = 100;
/** `retention.ms` of a topic that keeps everything. */
const FOR_EVER = -1;

/**
 * Creates the topics that are missing and refuses those that are not as they must be. How many copies, and how many must
 * have a record before it counts, are the cluster's own defaults.
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
    await everywhere(admin, topics);
    for (const topic of topics) refuseUnsafe(topic, await asItIs(admin, topic.name));
  } finally {
    await admin.disconnect();
  }
}

type AsItIs = { policy: string | undefined; retentionMs: number; partitions: number };

async function asItIs(admin: Admin, name: string): Promise<AsItIs> {
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

function refuseUnsafe({ name, partitions, retentionMs }: TopicSettings, is: AsItIs): void {
  if (is.policy !== 'delete')
    throw new TopicNotSafe(
      `topic ${name} has cleanup.policy=${is.policy}: compaction would keep only the last event of each account; set it to delete`,
    );
  // Not a number is refused too.
  if (is.retentionMs !== FOR_EVER && !(is.retentionMs >= retentionMs))
    throw new TopicNotSafe(
      `topic ${name} has retention.ms=${is.retentionMs}: events would be gone before anybody misses them; set it to ${retentionMs} at least`,
    );
  if (is.partitions !== partitions)
    throw new TopicNotSafe(
      `topic ${name} has ${is.partitions} partitions instead of ${partitions}: where the number was changed, an account's later events overtake its earlier ones; let the old topic be read to its end, then have it made anew`,
    );
}

/**
 * A new topic is not known everywhere at once. kafkajs can wait for its leaders, but takes the answers "no such topic"
 * and "not its leader", which a busy broker gives for a moment, for the end of it.
 */
async function everywhere(admin: Admin, topics: readonly TopicSettings[]): Promise<void> {
  const deadline = performance.now() + TOPICS_KNOWN_WITHIN_MS;
  for (;;) {
    try {
      for (const { name } of topics) await admin.fetchTopicOffsets(name); // answered by each leader itself
      return;
    } catch (fault) {
      if (performance.now() > deadline) throw fault;
      await sleep(TOPICS_PAUSE_MS);
    }
  }
}
