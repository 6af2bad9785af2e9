import { setTimeout as pause } from 'node:timers/promises';

/** A gateway with all permits taken and a full queue needs five deadlines of 3 s. */
const DRAIN_ATTEMPTS = 300;
const ATTEMPT_EVERY_MS = 100;

/** Path of the counts that an upstream or an experiment returns; see their `*-main.ts`. */
export const COUNTS_PATH = '/-/counts';

export type UpstreamCounts = { requests: number; pending: number };

/** Counts of a server with a shadow, since its start. */
export type ShadowCounts = {
  requests: number;
  compared: number;
  /** Of the compared ones. */
  differing: number;
  /** The shadow gave no answer, or none in time. */
  failed: number;
  /** To be compared, but not sent to the shadow or not compared. */
  dropped: number;
  /** Not to be compared. */
  passed: number;
  pending: number;
};

export async function upstreamCounts(url: string): Promise<UpstreamCounts> {
  return (await (await fetch(url + COUNTS_PATH)).json()) as UpstreamCounts;
}

export async function experimentCounts(url: string): Promise<ShadowCounts> {
  return (await (await fetch(url + COUNTS_PATH)).json()) as ShadowCounts;
}

export type Verdicts = { requests: number; pending: number; verdicts: Record<string, number> };

export async function verdictsOf(adminUrl: string): Promise<Verdicts> {
  return (await (await fetch(`${adminUrl}/verdicts`)).json()) as Verdicts;
}

/** Metrics of requests that were dropped for another reason than taken permits and a full queue. */
export async function droppedOtherwise(adminUrl: string): Promise<string[]> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('comparator_dropped_total{') && !line.includes('because="overload"'));
}

export async function gatewayCounts(adminUrl: string): Promise<ShadowCounts> {
  const { requests, pending, verdicts } = await verdictsOf(adminUrl);
  const sum = (...names: string[]): number => names.reduce((all, name) => all + (verdicts[name] ?? 0), 0);
  return {
    requests,
    compared: sum('match', 'mismatch', 'explained'),
    differing: sum('mismatch', 'explained'),
    failed: sum('shadow_error', 'shadow_timeout', 'primary_error', 'both_failed', 'raced'),
    dropped: sum('dropped'),
    passed: sum('unsampled'),
    pending,
  };
}

/** The difference of two counts. */
export function since(before: ShadowCounts, after: ShadowCounts): ShadowCounts {
  const names = Object.keys(before) as (keyof ShadowCounts)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as ShadowCounts;
}

/** Waits until no shadow call goes on, because it would slow down the next measurement. */
export async function drained(what: string, pending: () => Promise<number>): Promise<void> {
  for (let i = 0; i < DRAIN_ATTEMPTS; i += 1) {
    if ((await pending()) === 0) return;
    await pause(ATTEMPT_EVERY_MS);
  }
  throw new Error(
    `${what}: ${await pending()} shadow calls go on after ${DRAIN_ATTEMPTS * ATTEMPT_EVERY_MS} ms`,
  );
}
