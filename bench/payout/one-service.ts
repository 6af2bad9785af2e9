import type { Service } from '@core-exit/local-stack/bench';
import { median, range, table } from '../figures.ts';
import type { BenchBank } from './bank.ts';
import { pgbench, pgbenchAtRate } from './pgbench.ts';
import { steadyLoad } from './steady-load.ts';
import { wrk } from './wrk.ts';

const ROUNDS = 5;
const HOT_SECONDS = 2;
const CLIENTS = 16;
/** Of what pgbench with the same statements does on one row. */
const HOT_TARGET = 0.8;
/** Where a service should be run at most: there the slowest hundredth must not be much slower than the usual. */
const LOAD = 0.7;
const LOAD_SECONDS = 8;
const TAIL_TARGET = 5;

/** Everybody at one account: locked, read, refused (it was paid), kept and committed, one after the other. */
export async function hotAccount(bank: BenchBank, service: Service, nextRun: () => number): Promise<void> {
  await bank.nextDay();
  const samples = { service: [] as number[], pgbench: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const asked = await wrk(bank, service.url, {
      seconds: HOT_SECONDS,
      connections: CLIENTS,
      round: nextRun(),
      hot: true,
    });
    const limit = await pgbench(bank, 'hot', { seconds: HOT_SECONDS, clients: CLIENTS, round: nextRun() });
    if (round === 0) continue; // warm now
    samples.service.push(asked.requests / asked.seconds);
    samples.pgbench.push(limit.payouts / limit.seconds);
  }
  const rows = Object.entries(samples).map(([name, of]) => [
    name,
    Math.round(median(of)).toLocaleString('en'),
    range(of, 0),
  ]);
  process.stdout.write(`\n${table(['requests a second at one account', 'median', 'range'], rows)}\n`);
  const share = median(samples.service) / median(samples.pgbench);
  process.stdout.write(
    `${share >= HOT_TARGET ? 'reached' : 'MISSED'}: the hot account does ${share.toFixed(2)} of pgbench, ${HOT_TARGET} is due\n`,
  );
}

/**
 * The tail of the latency at a constant 70 % of what the service did in the ladder; beside it, pgbench's at the same rate
 * with the same statements: what of the tail is the database's.
 */
export async function tailLatency(
  bank: BenchBank,
  service: Service,
  perSecond: number,
  nextRun: () => number,
): Promise<string[]> {
  const rate = Math.round(perSecond * LOAD);
  const tails = { service: [] as Tail[], pgbench: [] as Tail[] };
  let notOk = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const load = { perSecond: rate, seconds: LOAD_SECONDS };
    await bank.nextDay();
    const served = await steadyLoad(bank, service.url, { ...load, round: nextRun() });
    notOk += served.notOk;
    tails.service.push(tailOf(served.latenciesMs));
    await bank.nextDay();
    const limit = await pgbenchAtRate(bank, { ...load, clients: CLIENTS, round: nextRun() });
    tails.pgbench.push(tailOf(limit));
  }
  const rows = Object.entries(tails).map(([name, of]) => [
    name,
    median(of.map(({ p50Ms }) => p50Ms)).toFixed(1),
    range(
      of.map(({ p50Ms }) => p50Ms),
      1,
    ),
    median(of.map(({ p99Ms }) => p99Ms)).toFixed(1),
    range(
      of.map(({ p99Ms }) => p99Ms),
      1,
    ),
    median(of.map(timesOf)).toFixed(1),
  ]);
  const head = [
    `at ${rate} payouts a second (${LOAD * 100} %)`,
    'p50 ms',
    'range',
    'p99 ms',
    'range',
    'times',
  ];
  process.stdout.write(`\n${table(head, rows)}\n`);
  const times = median(tails.service.map(timesOf));
  process.stdout.write(
    `${times <= TAIL_TARGET ? 'reached' : 'MISSED'}: p99 is ${times.toFixed(1)} times p50, ${TAIL_TARGET} is due; pgbench's is ${median(tails.pgbench.map(timesOf)).toFixed(1)}\n`,
  );
  return notOk > 0 ? [`steady load: ${notOk} answers were not 201`] : [];
}

type Tail = { p50Ms: number; p99Ms: number };

const timesOf = ({ p50Ms, p99Ms }: Tail): number => p99Ms / p50Ms;

function tailOf(latenciesMs: readonly number[]): Tail {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
