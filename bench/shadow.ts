import { median, range, table } from './figures.ts';
import { faultMatrix } from './gateway/fault-matrix.ts';
import { type Saturated, saturate } from './gateway/load.ts';
import { Parts } from './gateway/processes.ts';

const ROUNDS = 3;
const SECONDS = 2;
const SHADOWS = ['fast', 'slow 200 ms', 'hanging'];

/**
 * The same load with a shadow behind it, by each of the ways there are to have one; then every fault a shadow can have,
 * at a steady rate, against the same gateway without a shadow.
 */
export async function benchShadow(): Promise<boolean> {
  for (const shadow of SHADOWS) await oneShadow(shadow);
  return faultMatrix();
}

async function oneShadow(shadow: string): Promise<void> {
  const parts = new Parts();
  try {
    const legacy = await parts.node('upstream-main.ts', 'fast');
    const fresh = await parts.node('upstream-main.ts', shadow);
    const gateway = await parts.gateway(legacy.url, fresh.url);
    const experiment = async (kind: string) =>
      `${(await parts.node('experiment-main.ts', kind, legacy.url, fresh.url)).url}/shadowed/1`;
    const rungs = {
      'nginx, no mirror': `${(await parts.nginx(legacy.port, null)).url}/shadowed/1`,
      'nginx mirror': `${(await parts.nginx(legacy.port, fresh.port)).url}/shadowed/1`,
      'this gateway, no shadow': `${gateway.url}/passed/1`,
      'this gateway': `${gateway.url}/shadowed/1`,
      scientist: await experiment('scientist'),
      tzientist: await experiment('tzientist'),
      LaunchDarkly: await experiment('launchdarkly'),
    };
    const results = new Map<string, Saturated[]>(Object.keys(rungs).map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, url] of Object.entries(rungs)) results.get(name)?.push(await saturate(url, SECONDS));
    }
    const rps = (name: string) => median((results.get(name) ?? []).map((r) => r.requestsPerSecond));
    const without: Record<string, string> = {
      'nginx mirror': 'nginx, no mirror',
      'this gateway': 'this gateway, no shadow',
    };
    const rows = [...results].map(([name, runs]) => [
      name,
      rps(name).toFixed(0),
      range(
        runs.map((r) => r.requestsPerSecond),
        0,
      ),
      without[name] === undefined ? '' : (rps(name) / rps(without[name])).toFixed(2),
      median(runs.map((r) => r.p50Ms)).toFixed(2),
      median(runs.map((r) => r.p99Ms)).toFixed(2),
      String(runs.reduce((sum, r) => sum + r.failed, 0)),
    ]);
    const head = [
      '',
      'requests/s',
      'least .. greatest',
      'of itself without',
      'p50 ms',
      'p99 ms',
      'timed out',
    ];
    process.stdout.write(`\nshadow: ${shadow}\n${table(head, rows)}\n`);
  } finally {
    await parts.stop();
  }
}
