/**
 * Keys of all advisory locks of this service. They stand together because PostgreSQL knows only the number: two jobs that
 * took the same one would silently keep each other from working.
 */
export const LOCKS = {
  /** First key of two; the second is the slot. Held by the relay that sends the events of that slot. */
  outboxSlot: 7_021_001,
  /** One sweeper at a time: several would only wait for each other's rows. */
  sweep: 7_021_002,
  /** One reconciliation at a time, whoever asks. */
  reconciliation: 7_021_003,
  /** Held while days are sealed, by whichever process does it. */
  seal: 7_021_004,
} as const;
