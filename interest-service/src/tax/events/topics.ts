import type { TopicSettings } from './event-stream.ts';

const DAY_MS = 86_400_000;
/**
 * Enough for twelve workers. Keyed by account, so that one account's events stay in order. Never changed on a living
 * topic: an account would move to another partition while its earlier events are still in the old one.
 */
const PARTITIONS = 12;
/**
 * Longer than any outage of the worker that nobody notices; after that the outbox sends again what is missing.
 * Never compacted: an account's last event does not stand for the earlier ones.
 */
const PAYOUTS_RETENTION_MS = 14 * DAY_MS;
/** A person looks at dead letters; a quarter's end must not find them gone. */
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
