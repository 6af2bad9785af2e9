const KOREA_AHEAD_MS = 9 * 60 * 60 * 1_000;

/** Date and time of day in Korea. Korea has no summer time. */
export function koreanTime(at: Date): { date: string; time: string } {
  const iso = new Date(at.getTime() + KOREA_AHEAD_MS).toISOString();
  return { date: iso.slice(0, 10), time: iso.slice(11, 23) };
}
