/**
 * Comparisons at once. With shadows of 20 ms, 64 permits serve 3,200 requests a second; with hanging shadows, 64 + 256
 * answers stay in memory.
 */
export const SHADOW_PERMITS = 64;
export const SHADOW_QUEUE = 256;
/** Follow-ups are small and matter more than comparisons, so they have permits of their own and a long queue. */
export const FOLLOW_UP_PERMITS = 16;
export const FOLLOW_UP_QUEUE = 4_096;

/** How long a call to a core may take, from its first byte to its last. */
export type Deadlines = { primaryMs: number; shadowMs: number; followUpMs: number };

export const DEADLINES: Deadlines = {
  /** A legacy core takes about 300 ms and may inquire after a lost answer; a customer who waited longer has left. */
  primaryMs: 10_000,
  /** Ten times the usual time of a legacy core: a slower shadow has failed. */
  shadowMs: 3_000,
  /** A follow-up is small: a core that does not answer within this time will not answer. */
  followUpMs: 1_000,
};
