import type { Service } from '@core-exit/local-stack/bench';
import { median, range, table } from '../figures.ts';
import type { BenchBank } from './bank.ts';
import { pgbench } from './pgbench.ts';
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

/** The tail of the latency at a constant 70 % of what the service did in the ladder. */
export async function tailLatency(
  bank: BenchBank,
  service: Service,
  perSecond: number,
  nextRun: () => number,
): Promise<string[]> {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await bank.nextDay();
    const load = { perSecond: perSecond * LOAD, seconds: LOAD_SECONDS, round: nextRun() };
    rounds.push(await steadyLoad(bank, service.url, load));
  }
  const [p50, p99] = [rounds.map(({ p50Ms }) => p50Ms), rounds.map(({ p99Ms }) => p99Ms)];
  const times = median(rounds.map(({ p50Ms, p99Ms }) => p99Ms / p50Ms));
  process.stdout.write(
    `\nat ${Math.round(perSecond * LOAD)} payouts a second (${LOAD * 100} %): p50 ${median(p50).toFixed(1)} ms (${range(p50, 1)}), p99 ${median(p99).toFixed(1)} ms (${range(p99, 1)})\n` +
      `${times <= TAIL_TARGET ? 'reached' : 'MISSED'}: p99 is ${times.toFixed(1)} times p50, ${TAIL_TARGET} is due\n`,
  );
  const notOk = rounds.reduce((sum, round) => sum + round.notOk, 0);
  return notOk > 0 ? [`steady load: ${notOk} answers were not 201`] : [];
}
