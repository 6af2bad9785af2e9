import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Agent } from 'undici';

const run = promisify(execFile);

/** A later answer counts as a timeout. wrk leaves such an answer out of its latencies. */
export const TIMEOUT_MS = 1_000;
const CONNECTIONS = 32;
/** wrk ends by itself. If it does not, it is killed, so that the bench goes on. */
const MAX_OVERTIME_S = 20;
/** Requests that are not counted, so that all connections are open before the counted ones. */
const LEAD_IN = 20;
const GIVE_UP_MS = 5_000;

/** `p50Ms`, `p99Ms`: of all answers; Infinity: beyond the timeout, or there was no answer. */
export type Saturated = {
  answered: number;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  timeouts: number;
  /** Connections that were refused, or cut while reading or writing. */
  broken: number;
  /** Not 2xx or 3xx. */
  notOk: number;
};

export type Load = { url: string; headers?: Record<string, string> };

/**
 * Sends as many requests as are answered, by wrk with one thread, so that wrk takes little processor time from what it measures.
 * The run must be longer than the slowest answer, because wrk does not report requests without an answer.
 */
export async function saturate({ url, headers = {} }: Load, seconds: number): Promise<Saturated> {
  const { stdout } = await run(
    'wrk',
    [
      '--threads=1',
      `--connections=${CONNECTIONS}`,
      `--duration=${seconds}s`,
      `--timeout=${TIMEOUT_MS / 1_000}s`,
      `--script=${join(import.meta.dirname, 'report.lua')}`,
      ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
      url,
    ],
    { timeout: (seconds + MAX_OVERTIME_S) * 1_000 },
  );
  const line = stdout.trim().split('\n').at(-1) ?? '';
  const summary = JSON.parse(line) as Record<'answered' | 'us' | 'p50Us' | 'p99Us', number> &
    Pick<Saturated, 'timeouts' | 'broken' | 'notOk'>;
  const { answered, us, p50Us, p99Us, timeouts, broken, notOk } = summary;
  const ms = (value: number): number => (value < 0 ? Number.POSITIVE_INFINITY : value / 1_000);
  const requestsPerSecond = (answered * 1_000_000) / us;
  return { answered, requestsPerSecond, p50Ms: ms(p50Us), p99Ms: ms(p99Us), timeouts, broken, notOk };
}

export type Paced = {
  /** Milliseconds of each request; Infinity for a failed one. */
  times: number[];
  /** All requests, also those that are not counted. */
  sent: number;
};

/**
 * Sends requests to each address at a constant rate, whether or not earlier ones were answered. The addresses take turns within
 * milliseconds, so that a stall of the machine affects all of them.
 */
export async function paced(urls: readonly string[], requests: number, perSecond: number): Promise<Paced[]> {
  const agent = new Agent({ connections: 64, headersTimeout: GIVE_UP_MS, bodyTimeout: GIVE_UP_MS });
  const targets = urls.map((url) => {
    const { origin, pathname: path } = new URL(url);
    return { origin, path, times: [] as Promise<number>[] };
  });
  const request = async ({ origin, path }: { origin: string; path: string }): Promise<number> => {
    const sentAt = performance.now();
    try {
      const { statusCode, body } = await agent.request({ origin, path, method: 'GET' });
      await body.dump();
      return statusCode === 200 ? performance.now() - sentAt : Number.POSITIVE_INFINITY;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  };
  const each = LEAD_IN + requests;
  const inAll = each * targets.length;
  const started = performance.now();
  for (let sent = 0; sent < inAll; ) {
    const elapsed = performance.now() - started;
    const due = Math.min(inAll, Math.floor((elapsed * perSecond * targets.length) / 1_000) + 1);
    for (; sent < due; sent += 1) {
      const target = targets[sent % targets.length] as (typeof targets)[number];
      target.times.push(request(target));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const all = await Promise.all(targets.map(({ times }) => Promise.all(times)));
  await agent.close();
  return all.map((times) => {
    const early = times.slice(0, LEAD_IN).filter((ms) => !Number.isFinite(ms)); // a failure always counts
    return { times: [...early, ...times.slice(LEAD_IN)], sent: each };
  });
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
