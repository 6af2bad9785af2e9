/** Korea has had no daylight saving time since 1988 (KST = UTC+9). */
const KST_OFFSET_MS = 9 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** Midnights of Korea after `from` and up to `to`. */
export function kstMidnightsBetween(from: Date, to: Date): number {
  const dayOf = (at: Date) => Math.floor((at.getTime() + KST_OFFSET_MS) / DAY_MS);
  return Math.max(0, dayOf(to) - dayOf(from));
}
