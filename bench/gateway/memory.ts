import { type BenchOptions, held, range, table } from '../figures.ts';
import { drained, verdictsOf } from './counts.ts';
import { FAULTS, type Fault, unanswered, wrongVerdicts } from './faults.ts';
import { paced } from './load.ts';
import { Parts, residentMb, yielding } from './processes.ts';

/** Those that leave most behind: answers held, cases kept, slots held, bytes thrown away. */
const WAYS = ['slow 200 ms', 'status 500', 'hanging', '50 MB body'] as const;
const FULL = { bursts: 10, requests: 10_000 };
const QUICK = { bursts: 2, requests: 500 };
/** More than the slots of a slow shadow can take: what finds none is dropped, and holds nothing either. */
const PER_SECOND = 500;
/** Between the middle and the end of the run; more is a leak. */
const FLAT_MB = 20;

/**
 * Resident memory of a gateway over 100,000 requests whose shadow fails. It rises to what V8 lets its heap grow to, within
 * the first tens of thousands; from then on it must not.
 */
export async function benchGatewayMemory({ isQuick }: BenchOptions): Promise<boolean> {
  const { bursts, requests } = isQuick ? QUICK : FULL;
  const rows: string[][] = [];
  const wrong: string[] = [];
  for (const way of WAYS) {
    const seen = await oneWay(way, bursts, requests);
    rows.push([way, ...seen.mb.map((mb) => mb.toFixed(0)), ...flatCells(seen.mb)]);
    wrong.push(...seen.wrong.map((what) => `${way}: ${what}`));
    process.stderr.write(`${way}: ${rows.at(-1)?.join('  ')}\n`);
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

async function oneWay(way: (typeof WAYS)[number], bursts: number, requests: number) {
  const parts = new Parts();
  try {
    const legacy = await parts.node('upstream-main.ts', 'fast');
    const shadow = yielding(await parts.node('upstream-main.ts', way));
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
    return { mb, wrong: [...wrong, ...wrongVerdicts(FAULTS[way] as Fault, sent, seen, verdicts)] };
  } finally {
    await parts.stop();
  }
}
