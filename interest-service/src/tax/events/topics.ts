import type { TopicSettings } from './event-stream.ts';

const DAY_MS = 86_400_000;
/**
 * Enough for twelve workers. The key is the account, so that the events of one account stay in order. The number never changes
 * on a topic in use, because an account would move to another partition while its earlier events are still in the old one.
 */
const PARTITIONS = 12;
/**
 * Longer than an outage of the worker can go unnoticed. After that, reconciliation sends the missing events again.
 * Never compacted, because the last event of an account does not replace the earlier ones.
 */
const PAYOUTS_RETENTION_MS = 14 * DAY_MS;
/** A person handles dead letters, and they must still exist at the end of a quarter. */
const DEAD_RETENTION_MS = 100 * DAY_MS;

export type Topics = { payouts: TopicSettings; dead: TopicSettings; group: string };

/** The names on a broker; `prefix` keeps several banks on one broker apart. */
export function topicsOf(prefix: string): Topics {
  const payouts = `${prefix}interest.payouts.v1`;
  return {
    payouts: { name: payouts, partitions: PARTITIONS, retentionMs: PAYOUTS_RETENTION_MS },
    dead: { name: `${payouts}.dead`, partitions: 1, retentionMs: DEAD_RETENTION_MS },
    group: `${prefix}interest-tax-worker`,
  };
}
