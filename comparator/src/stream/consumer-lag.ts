import type { Admin } from 'kafkajs';
import type { VerdictTopic } from './topic.ts';

type Ends = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

/** Batches that are in the topic up to `ends` (left out: up to now), of every gateway, and not written by the store yet. */
export async function batchesBehind(
  admin: Admin,
  { name, group }: VerdictTopic,
  ends?: Ends,
): Promise<bigint> {
  const upTo = ends ?? (await admin.fetchTopicOffsets(name));
  const [read] = await admin.fetchOffsets({ groupId: group, topics: [name] });
  const readTo = new Map(read?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return upTo.reduce((sum, { partition, low, high }) => {
    const at = readTo.get(partition) ?? -1n;
    return sum + BigInt(high) - (at < BigInt(low) ? BigInt(low) : at);
  }, 0n);
}
