/**
 * Keys of all advisory locks of this service. They stand together because PostgreSQL knows only the number: two jobs with the
 * same key would silently block each other.
 */
export const LOCKS = {
  /** First key of two; the second is the lane. The relay that sends the events of a lane holds its lock. */
  outboxLane: 7_021_001,
  /** One pruner at a time: several would only wait for each other's rows. */
  prune: 7_021_002,
  /** One reconciliation at a time, in all processes. */
  reconciliation: 7_021_003,
  /** Held by the process that seals days. */
  seal: 7_021_004,
} as const;
