import type { Service } from '@core-exit/local-stack/bench';
import { median, range, table } from '../figures.ts';
import type { BenchBank } from './bank.ts';
import { pgbench, pgbenchAtRate } from './pgbench.ts';
import { steadyLoad } from './steady-load.ts';
import { wrk } from './wrk.ts';

const ROUNDS = 5;
const HOT_SECONDS = 2;
const CLIENTS = 16;
/** Share of the rate of pgbench with the same statements on one row. */
const HOT_TARGET = 0.8;
/** The highest sensible load of a service, at which the slowest hundredth must not be much slower than the median. */
const LOAD = 0.7;
const LOAD_SECONDS = 8;
/** Length of the measurement of the capacity of both, before each round. */
const CAPACITY_SECONDS = 2;
const TAIL_TARGET = 5;

/** All requests for one account that was paid today: each is locked, read, refused, stored and committed after the other. */
export async function hotAccount(bank: BenchBank, service: Service, nextRun: () => number): Promise<void> {
  await bank.nextDay();
  const samples = { service: [] as number[], pgbench: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const served = await wrk(bank, service.url, {
      seconds: HOT_SECONDS,
      connections: CLIENTS,
      round: nextRun(),
      hot: true,
    });
    const limit = await pgbench(bank, 'hot', { seconds: HOT_SECONDS, clients: CLIENTS, round: nextRun() });
    if (round === 0) continue; // the first round is a warm-up
    samples.service.push(served.requests / served.seconds);
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
    `${share >= HOT_TARGET ? 'reached' : 'MISSED'}: the hot account does ${share.toFixed(2)} of pgbench, target ${HOT_TARGET}\n`,
  );
}

/**
 * The tail of the latency at a constant 70 % of the capacity, which is measured directly before, because the machine changes
 * from minute to minute. The tail of pgbench with the same statements at 70 % of its capacity shows the database's share.
 */
export async function tailLatency(
  bank: BenchBank,
  service: Service,
  nextRun: () => number,
): Promise<string[]> {
  const tails: Record<'service' | 'pgbench', Tail[]> = { service: [], pgbench: [] };
  let notOk = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const served = await serviceTail(bank, service, nextRun);
    notOk += served.notOk;
    tails.service.push(served);
    tails.pgbench.push(await pgbenchTail(bank, nextRun));
  }
  const row = (name: string, of: readonly Tail[]) => [
    name,
    Math.round(median(of.map(({ perSecond }) => perSecond))).toLocaleString('en'),
    ...[of.map(({ p50Ms }) => p50Ms), of.map(({ p99Ms }) => p99Ms), of.map(timesOf)].flatMap((values) => [
      median(values).toFixed(1),
      range(values, 1),
    ]),
  ];
  const head = [
    `at ${LOAD * 100} % of its own`,
    'a second',
    'p50 ms',
    'range',
    'p99 ms',
    'range',
    'times',
    'range',
  ];
  const rows = Object.entries(tails).map(([name, of]) => row(name, of));
  process.stdout.write(`\n${table(head, rows)}\n`);
  const times = median(tails.service.map(timesOf));
  process.stdout.write(
    `${times <= TAIL_TARGET ? 'reached' : 'MISSED'}: p99 is ${times.toFixed(1)} times p50, target ${TAIL_TARGET}; pgbench's is ${median(tails.pgbench.map(timesOf)).toFixed(1)}\n`,
  );
  return notOk > 0 ? [`steady load: ${notOk} answers were not 201`] : [];
}

async function serviceTail(bank: BenchBank, { url }: Service, nextRun: () => number) {
  await bank.nextDay();
  const load = { seconds: CAPACITY_SECONDS, connections: CLIENTS, round: nextRun() };
  const { requests, seconds, notOk } = await wrk(bank, url, load);
  const perSecond = Math.round((requests / seconds) * LOAD);
  await bank.nextDay();
  const served = await steadyLoad(bank, url, { perSecond, seconds: LOAD_SECONDS, round: nextRun() });
  return { ...tailOf(served.latenciesMs), perSecond, notOk: notOk + served.notOk };
}

async function pgbenchTail(bank: BenchBank, nextRun: () => number): Promise<Tail> {
  await bank.nextDay();
  const load = { seconds: CAPACITY_SECONDS, clients: CLIENTS, round: nextRun() };
  const { payouts, seconds } = await pgbench(bank, 'statements', load);
  const perSecond = Math.round((payouts / seconds) * LOAD);
  await bank.nextDay();
  const paced = { perSecond, seconds: LOAD_SECONDS, clients: CLIENTS, round: nextRun() };
  return { ...tailOf(await pgbenchAtRate(bank, paced)), perSecond };
}

type Tail = { perSecond: number; p50Ms: number; p99Ms: number };

const timesOf = ({ p50Ms, p99Ms }: Pick<Tail, 'p50Ms' | 'p99Ms'>): number => p99Ms / p50Ms;

function tailOf(latenciesMs: readonly number[]): Pick<Tail, 'p50Ms' | 'p99Ms'> {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
