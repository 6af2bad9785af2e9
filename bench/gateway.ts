import { median, range, table } from './figures.ts';
import { type Saturated, saturate } from './gateway/load.ts';
import { Parts } from './gateway/processes.ts';

const ROUNDS = 5;
const SECONDS = 2;

/** What the gateway costs without a shadow: against nothing, a bare Fastify reverse proxy, and nginx. */
export async function benchGateway(): Promise<boolean> {
  const parts = new Parts();
  try {
    const legacy = await parts.node('upstream-main.ts', 'fast');
    const rungs = {
      'upstream itself': `${legacy.url}/passed/1`,
      nginx: `${(await parts.nginx(legacy.port, null)).url}/passed/1`,
      'Fastify http-proxy': `${(await parts.node('fastify-proxy-main.ts', legacy.url)).url}/passed/1`,
      'this gateway, no shadow': `${(await parts.gateway(legacy.url, legacy.url)).url}/passed/1`,
    };
    const results = new Map<string, Saturated[]>(Object.keys(rungs).map((name) => [name, []]));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [name, url] of Object.entries(rungs)) {
        const result = await saturate(url, SECONDS);
        if (round > 0) results.get(name)?.push(result); // the first one warms up
      }
    }
    const all = [...results].map(([name, runs]) => ({
      name,
      runs,
      rps: median(runs.map((r) => r.requestsPerSecond)),
    }));
    const proxy = all.find(({ name }) => name === 'Fastify http-proxy')?.rps ?? Number.NaN;
    const rows = all.map(({ name, runs, rps }) => [
      name,
      rps.toFixed(0),
      range(
        runs.map((r) => r.requestsPerSecond),
        0,
      ),
      (rps / proxy).toFixed(2),
      median(runs.map((r) => r.p50Ms)).toFixed(2),
      median(runs.map((r) => r.p99Ms)).toFixed(2),
    ]);
    const head = [
      '32 connections, wrk',
      'requests/s',
      'least .. greatest',
      'of http-proxy',
      'p50 ms',
      'p99 ms',
    ];
    process.stdout.write(`${table(head, rows)}\n`);
    return all.every(({ runs }) => runs.every((r) => r.failed === 0 && r.requestsPerSecond > 0));
  } finally {
    await parts.stop();
  }
}
