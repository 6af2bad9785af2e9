import { type BenchOptions, held, range, table } from '../figures.ts';
import { residentMb } from '../process-usage.ts';
import { drained, verdictsOf } from './counts.ts';
import { FAULTS, type Fault, unanswered, wrongVerdicts } from './faults.ts';
import { paced } from './load.ts';
import { lowPriority, Parts } from './processes.ts';

/** The faults that use most memory: kept answers, stored cases, taken permits, discarded bytes. */
const MEASURED = ['slow 200 ms', 'status 500', 'hanging', '50 MB body'] as const;
const FULL = { bursts: 10, requests: 10_000 };
const QUICK = { bursts: 2, requests: 500 };
/** More than the permits of a slow shadow allow. Requests without a permit are dropped and use no memory either. */
const PER_SECOND = 500;
/** Greatest allowed growth between the middle and the end of the run; more is a leak. */
const FLAT_MB = 20;

/**
 * Resident memory of a gateway over 100,000 requests whose shadow fails. In the first tens of thousands of requests it rises
 * to the heap size that V8 allows; after that it must not rise.
 */
export async function benchGatewayMemory({ isQuick }: BenchOptions): Promise<boolean> {
  const { bursts, requests } = isQuick ? QUICK : FULL;
  const rows: string[][] = [];
  const wrong: string[] = [];
  for (const fault of MEASURED) {
    const seen = await oneFault(fault, bursts, requests);
    rows.push([fault, ...seen.mb.map((mb) => mb.toFixed(0)), ...flatCells(seen.mb)]);
    wrong.push(...seen.wrong.map((what) => `${fault}: ${what}`));
    process.stderr.write(`${fault}: ${rows.at(-1)?.join('  ')}\n`);
  }
  const after = Array.from({ length: bursts }, (_, i) => ((i + 1) * requests).toLocaleString('en'));
  const head = ['shadow', ...after, 'second half', `flat within ${FLAT_MB}`];
  process.stdout.write(
    `\nresident MB of the gateway after so many requests, ${PER_SECOND} a second\n${table(head, rows)}\n`,
  );
  for (const line of wrong) process.stdout.write(`WRONG: ${line}\n`);
  return wrong.length === 0;
}

function flatCells(mb: readonly number[]): string[] {
  const late = mb.slice(Math.floor(mb.length / 2));
  return [range(late, 0), held(Math.max(...late) - Math.min(...late) <= FLAT_MB)];
}

async function oneFault(fault: (typeof MEASURED)[number], bursts: number, requests: number) {
  const parts = new Parts();
  try {
    const legacy = await parts.node('upstream-main.ts', 'fast');
    const shadow = lowPriority(await parts.node('upstream-main.ts', fault));
    const { url, adminUrl, pid } = await parts.gateway(legacy.url, shadow.url);
    const mb: number[] = [];
    const wrong: string[] = [];
    let sent = 0;
    for (let burst = 0; burst < bursts; burst += 1) {
      for (const answered of await paced([`${url}/shadowed/1`], requests, PER_SECOND)) {
        sent += answered.sent;
        wrong.push(...unanswered(answered.times));
      }
      await drained('gateway', async () => (await verdictsOf(adminUrl)).pending);
      mb.push(residentMb(pid));
    }
    const { requests: seen, verdicts } = await verdictsOf(adminUrl);
    return { mb, wrong: [...wrong, ...wrongVerdicts(FAULTS[fault] as Fault, sent, seen, verdicts)] };
  } finally {
    await parts.stop();
  }
}
