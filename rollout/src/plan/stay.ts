/** One uninterrupted stay of a ramp in a stage. Evidence counts for one stay and for no other. */
export type Stay = {
  stage: string;
  /** Instant of the entry into the stage (RFC 3339, milliseconds, UTC). It identifies the stay. */
  since: string;
};

/** `since` of the stay after `last`. It is always later than `last.since`, also if the clock was set back. */
export function nextSince(last: Stay | null, now: Date): string {
  const earliest = last === null ? 0 : Date.parse(last.since) + 1;
  return new Date(Math.max(now.getTime(), earliest)).toISOString();
}
