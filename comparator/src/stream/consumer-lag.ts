import type { Admin } from 'kafkajs';
import type { VerdictTopic } from './topic.ts';

type Ends = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

/** How many batches of all gateways are in the topic, up to `ends` or up to now, and not written by the store yet. */
export async function consumerLag(admin: Admin, { name, group }: VerdictTopic, ends?: Ends): Promise<bigint> {
  const upTo = ends ?? (await admin.fetchTopicOffsets(name));
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [name] });
  const readTo = new Map(committed?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return upTo.reduce((sum, { partition, low, high }) => {
    const at = readTo.get(partition) ?? -1n;
    return sum + BigInt(high) - (at < BigInt(low) ? BigInt(low) : at);
  }, 0n);
}
