/** A record as it is written: records with the same key stay in their order. */
export type EventRecord = { key: string; value: string; headers: Record<string, string> };

/** A record as it comes back; whoever else writes to a topic may leave out anything. */
export type ReceivedRecord = {
  key: string;
  value: string | null;
  headers: Record<string, string>;
  /** `topic:partition:offset`: the same on every delivery. */
  origin: string;
};

export type TopicSettings = { name: string; partitions: number; retentionMs: number };

export type Delivery = {
  /** Of one partition, in their order. */
  records: ReceivedRecord[];
  /** Keeps the partition during long work; false when it has gone to another reader or this one is to stop. */
  stillMine(): Promise<boolean>;
};

export type SubscribeOptions = {
  topic: string;
  /** Readers of one group share the partitions. */
  group: string;
  /** The most records of one delivery. */
  limit: number;
  /** When it resolves the records are done; when it rejects they come again. */
  take(delivery: Delivery): Promise<void>;
};

/** Writes records: when `publish` resolves they are on all in-sync replicas, when it rejects they may be or not. */
export type Publisher = {
  publish(topic: string, records: readonly EventRecord[]): Promise<void>;
  close(): Promise<void>;
};

export type Subscription = { close(): Promise<void> };

/** A partitioned, replicated log of events: what this service needs of Kafka, and no more. */
export interface EventLog {
  /**
   * Creates the topics that are missing. Throws {@link TopicNotSafe} for one that compacts, keeps its records for a
   * shorter time, or has another number of partitions.
   */
  ensureTopics(topics: readonly TopicSettings[]): Promise<void>;
  publisher(): Promise<Publisher>;
  /** Reads a topic from its first record on, or from where the group stands. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Every record that is in a topic now; moves no group. */
  readAll(topic: string): Promise<ReceivedRecord[]>;
}

/** A topic would lose events or mix up their order: change its settings, or let the service create it. */
export class TopicNotSafe extends Error {
  readonly code = 'TOPIC_NOT_SAFE';
  override name = 'TopicNotSafe';
}
