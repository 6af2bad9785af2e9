/** A record as it is written. Records with the same key stay in order. */
export type EventRecord = { key: string; value: string; headers: Record<string, string> };

/** A record as it is read. Another writer of the topic may leave out anything. */
export type ReceivedRecord = {
  key: string;
  value: string | null;
  headers: Record<string, string>;
  /** `topic:partition:offset`: the same on every delivery. */
  origin: string;
};

export type TopicSettings = { name: string; partitions: number; retentionMs: number };

export type Delivery = {
  /** Records of one partition, in order. */
  records: ReceivedRecord[];
  /** Keeps the partition during long work. False: another reader has it now, or this reader must stop. */
  stillMine(): Promise<boolean>;
};

export type SubscribeOptions = {
  topic: string;
  /** Readers of one group share the partitions. */
  group: string;
  /** Maximum records of one delivery. */
  limit: number;
  /** When it resolves, the records are done. When it rejects, they are delivered again. */
  take(delivery: Delivery): Promise<void>;
  /** Called after each fetch, also after an empty or a failed one: the reader is not stuck. */
  onTurn?(): void;
};

/** Writes records. When `publish` resolves, all in-sync replicas have them. When it rejects, they may have them or not. */
export type Publisher = {
  publish(topic: string, records: readonly EventRecord[]): Promise<void>;
  close(): Promise<void>;
};

export type Subscription = { close(): Promise<void> };

/** A partitioned, replicated stream of events: what this service needs of Kafka, and no more. */
export interface EventStream {
  /**
   * Creates the topics that are missing. Throws {@link TopicNotSafe} for a topic that compacts, that keeps its records for
   * too short a time, or that has another number of partitions.
   */
  ensureTopics(topics: readonly TopicSettings[]): Promise<void>;
  publisher(): Promise<Publisher>;
  /** Reads a topic from its first record on, or from the position of the group. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Reads every record that is in a topic now. Moves no group. */
  readAll(topic: string): Promise<ReceivedRecord[]>;
}
