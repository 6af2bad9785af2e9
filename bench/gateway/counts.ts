import { setTimeout as pause } from 'node:timers/promises';

/** A gateway with every slot and place of its queue held needs five deadlines of 3 s. */
const DRAIN_ATTEMPTS = 300;
const ATTEMPT_EVERY_MS = 100;

/** What a bench's upstream or experiment says of itself at `/-/counts`; see the two `*-main.ts`. */
export const COUNTS_PATH = '/-/counts';

export type UpstreamCounts = { asked: number; underWay: number };

/** Of what has a shadow, since its start. */
export type ShadowCounts = {
  requests: number;
  compared: number;
  /** Of those compared. */
  differing: number;
  /** The shadow gave no answer, or none in time. */
  failed: number;
  /** Not put to the shadow, or not compared, though it should have been. */
  dropped: number;
  /** Not meant to be compared. */
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

/** The metrics of what was dropped for another reason than that all slots and places of the queue were taken. */
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

/** What happened between two looks. */
export function since(before: ShadowCounts, after: ShadowCounts): ShadowCounts {
  const names = Object.keys(before) as (keyof ShadowCounts)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as ShadowCounts;
}

/** Waits until nothing of what was measured goes on: the next measurement would pay for it. */
export async function drained(what: string, pending: () => Promise<number>): Promise<void> {
  for (let i = 0; i < DRAIN_ATTEMPTS; i += 1) {
    if ((await pending()) === 0) return;
    await pause(ATTEMPT_EVERY_MS);
  }
  throw new Error(
    `${what}: ${await pending()} shadow calls go on after ${DRAIN_ATTEMPTS * ATTEMPT_EVERY_MS} ms`,
  );
}
