import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Agent } from 'undici';

const run = promisify(execFile);

export type Saturated = { requestsPerSecond: number; p50Ms: number; p99Ms: number; failed: number };

/** As many requests as are answered, by wrk: one thread, so that it takes least from what it measures. */
export async function saturate(url: string, seconds: number, connections = 32): Promise<Saturated> {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '2s', url];
  const { stdout } = await run('wrk', args).catch((error: Error) => ({ stdout: `died: ${error.message}` }));
  const figure = (pattern: RegExp): string => pattern.exec(stdout)?.[1] ?? '0';
  const timeouts = Number(figure(/timeout (\d+)/));
  return {
    requestsPerSecond: Number(figure(/Requests\/sec:\s+([\d.]+)/)),
    p50Ms: milliseconds(figure(/50%\s+(\S+)/)),
    p99Ms: milliseconds(figure(/99%\s+(\S+)/)),
    failed: timeouts + Number(figure(/Non-2xx or 3xx responses: (\d+)/)),
  };
}

function milliseconds(text: string): number {
  const value = Number.parseFloat(text);
  if (text.endsWith('us')) return value / 1_000;
  return text.endsWith('ms') ? value : value * 1_000;
}

/** Milliseconds of each request, sent at a steady rate whatever becomes of those before; a failed one is infinite. */
export async function paced(url: string, requests: number, perSecond: number): Promise<number[]> {
  const agent = new Agent({ connections: 64 });
  const { origin, pathname } = new URL(url);
  const ask = async (dueAt: number): Promise<number> => {
    try {
      const { statusCode, body } = await agent.request({ origin, path: pathname, method: 'GET' });
      await body.dump();
      return statusCode === 200 ? performance.now() - dueAt : Number.POSITIVE_INFINITY;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  };
  const started = performance.now();
  const all: Promise<number>[] = [];
  while (all.length < requests) {
    const due = Math.min(requests, Math.floor(((performance.now() - started) * perSecond) / 1_000) + 1);
    while (all.length < due) all.push(ask(performance.now()));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const times = await Promise.all(all);
  await agent.close();
  return times;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
