import { setTimeout as pause } from 'node:timers/promises';
import { median, table } from '../figures.ts';
import { paced, quantile } from './load.ts';
import { freePort, Parts, residentMb } from './processes.ts';

const ROUNDS = 5;
const REQUESTS = 200;
const PER_SECOND = 100;
const SETTLE_ATTEMPTS = 200;
/** The customer's p50 and p99 with a shadow, as a multiple of those without. */
const BOUND = 1.2;

type Verdicts = { pending: number; verdicts: Record<string, number> };

/** What each fault of the shadow must be counted as. */
const FAULTS: Record<string, string> = {
  fast: 'match',
  'slow 200 ms': 'match',
  hanging: 'shadow_timeout',
  'reset in the middle': 'shadow_error',
  'status 500': 'shadow_error',
  'wrong content type': 'mismatch',
  'truncated JSON': 'shadow_error',
  '50 MB body': 'shadow_error',
  'slow drip': 'shadow_timeout',
  'dead port': 'shadow_error',
  'TLS failure': 'shadow_error',
};

/** For each fault: the customer's time with and without the shadow, memory, and whether the verdict is right. */
export async function faultMatrix(): Promise<boolean> {
  const rows: string[][] = [];
  let isRight = true;
  for (const [fault, expected] of Object.entries(FAULTS)) {
    const { cells, verdicts } = await oneFault(fault);
    const others = Object.entries(verdicts).filter(
      ([name, n]) => n > 0 && name !== expected && name !== 'unsampled',
    );
    // a hanging shadow holds every slot: what finds none is dropped, and counted
    const isAsExpected = (verdicts[expected] ?? 0) > 0 && others.every(([name]) => name === 'dropped');
    isRight &&= isAsExpected;
    rows.push([
      fault,
      ...cells,
      `${isAsExpected ? '' : 'WRONG '}${expected}${others.map(([name, n]) => `, ${name} ${n}`).join('')}`,
    ]);
  }
  const head = [
    'shadow',
    'p50 without',
    'with',
    'ratio',
    'p99 without',
    'with',
    'ratio',
    'MB before',
    'after',
    'verdicts',
  ];
  process.stdout.write(
    `\n${PER_SECOND} requests/s, medians of ${ROUNDS} interleaved rounds, ms; bound of the ratios ${BOUND}\n`,
  );
  process.stdout.write(`${table(head, rows)}\n`);
  return isRight;
}

async function oneFault(fault: string): Promise<{ cells: string[]; verdicts: Record<string, number> }> {
  const parts = new Parts();
  try {
    const legacy = await parts.node('upstream-main.ts', 'fast');
    const gateway = await parts.gateway(legacy.url, await shadowUrl(parts, fault));
    const [without, withShadow]: number[][][] = [[], []];
    await paced(`${gateway.url}/passed/1`, REQUESTS, PER_SECOND);
    await paced(`${gateway.url}/shadowed/1`, REQUESTS, PER_SECOND);
    const before = residentMb(gateway.pid);
    for (let round = 0; round < ROUNDS; round += 1) {
      without?.push(await paced(`${gateway.url}/passed/1`, REQUESTS, PER_SECOND));
      withShadow?.push(await paced(`${gateway.url}/shadowed/1`, REQUESTS, PER_SECOND));
    }
    const after = residentMb(gateway.pid);
    const at = (runs: number[][] | undefined, q: number) =>
      median((runs ?? []).map((run) => quantile(run, q)));
    const cells = [0.5, 0.99].flatMap((q) => {
      const [a, b] = [at(without, q), at(withShadow, q)];
      return [a.toFixed(2), b.toFixed(2), (b / a).toFixed(2)];
    });
    return {
      cells: [...cells, before.toFixed(0), after.toFixed(0)],
      verdicts: await settled(gateway.adminUrl),
    };
  } finally {
    await parts.stop();
  }
}

async function shadowUrl(parts: Parts, fault: string): Promise<string> {
  if (fault === 'dead port') return `http://127.0.0.1:${await freePort()}`;
  if (fault === 'TLS failure')
    return (await parts.node('upstream-main.ts', 'fast')).url.replace('http:', 'https:');
  return (await parts.node('upstream-main.ts', fault)).url;
}

async function settled(adminUrl: string): Promise<Record<string, number>> {
  for (let i = 0; i < SETTLE_ATTEMPTS; i += 1) {
    const { pending, verdicts } = (await (await fetch(`${adminUrl}/verdicts`)).json()) as Verdicts;
    if (pending === 0) return verdicts;
    await pause(100);
  }
  throw new Error('verdicts did not settle');
}
