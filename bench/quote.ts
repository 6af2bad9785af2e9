import type { Service } from '@core-exit/local-stack/bench';
import { median, range, table } from './figures.ts';
import { residentMb } from './process-usage.ts';
import { openQuoteBank, type QuoteBank } from './quote/bank.ts';
import { type Load, type Measured, measure, requestFor } from './quote/load.ts';

/** Many short rounds, so that other processes of the machine disturb all rungs alike. */
const ROUNDS = 15;
const SECONDS: Load = { seconds: 1 };
/** A cached quote must reach this share of a bare route with one Redis GET. */
const TARGET = 0.7;
const MEMORY_QUOTES = 1_000_000;
const MEMORY_STEPS = 10;
const SAMPLE = 25;
const AT_ONCE = 50;
/** The ledger stream commits meanwhile, and on a loaded machine a read of Redis sometimes times out. */
const COMMITS_AT_MOST = 0.1;

type Rung = { name: string; service: Service; load: Load; prepare?: () => Promise<void>; isCore: boolean };

/** From a route that does nothing to the service without its cache. Returns whether every result was right. */
export async function benchQuote(): Promise<boolean> {
  const bank = await openQuoteBank();
  try {
    const rungs = await startRungs(bank);
    const wrong: string[] = [];
    const found = rungs.map(() => [] as Measured[]);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [i, rung] of rungs.entries()) {
        await rung.prepare?.();
        const commits = await bank.commits();
        const measured = await measure(rung.service, bank.customers, rung.load);
        found[i]?.push(measured);
        wrong.push(...(await faultsOf(bank, rung, measured, (await bank.commits()) - commits)));
        process.stderr.write(`round ${round + 1}: ${rung.name} ${measured.perSecond.toFixed(0)}/s\n`);
      }
    }
    report(rungs, found);
    wrong.push(...(await memory(bank, rungs)));
    for (const fault of wrong) process.stdout.write(`WRONG: ${fault}\n`);
    return wrong.length === 0;
  } finally {
    await bank.close();
  }
}

const KEPT = 'service: cached quote';
const BARE = 'bare route, one Redis GET';

async function startRungs(bank: QuoteBank): Promise<Rung[]> {
  const nowhere = 'redis://127.0.0.1:1'; // no process listens there
  const kept = await bank.startCore('core-kept');
  const miss = await bank.startCore('core-miss', { SERVICE_VERSION: 'miss' });
  const alone = await bank.startCore('core-without-redis', { REDIS_URL: nowhere });
  const bodies: string[] = [];
  // A few at a time, because a service accepts 2,000 connections and the load needs its own.
  for (let i = 0; i < bank.customers.length; i += AT_ONCE) {
    const some = bank.customers.slice(i, i + AT_ONCE);
    bodies.push(...(await Promise.all(some.map((customer) => bodyOf(kept, customer)))));
  }
  for (const [i, { accountNo }] of bank.customers.entries()) {
    await bank.redis.set(`bench:${accountNo}`, bodies[i] ?? '');
  }
  const program = ['bench/quote/rung-main.ts'] as const;
  const noop = await bank.start('rung-no-op', program, { RUNG: 'no-op', RUNG_BODY: bodies[0] ?? '' });
  const bare = await bank.start('rung-redis-get', program, { RUNG: 'redis-get', REDIS_URL: bank.redisUrl });
  const requestAll = async () =>
    void (await measure(kept, bank.customers, { amount: bank.customers.length }));
  const dropAll = async () => {
    const keys = bank.customers.map(({ accountNo }) => `interest:quote:${accountNo}`);
    await bank.redis.unlink(...keys);
  };
  const once = { amount: bank.customers.length }; // each account once, because the second quote is kept
  return [
    { name: 'route that does nothing', service: noop, load: SECONDS, isCore: false },
    { name: BARE, service: bare, load: SECONDS, isCore: false },
    { name: KEPT, service: kept, load: SECONDS, prepare: requestAll, isCore: true },
    { name: 'service: miss, computed and kept', service: miss, load: once, prepare: dropAll, isCore: true },
    { name: 'service: no Redis, computed', service: alone, load: SECONDS, isCore: true },
  ];
}

async function bodyOf(
  service: Service,
  customer: QuoteBank['customers'][number],
  query = '',
): Promise<string> {
  const { path, headers } = requestFor(customer);
  const response = await fetch(`${service.url}${path}${query}`, { headers });
  return response.ok ? await response.text() : `status ${response.status}`;
}

/** Each request must be answered as the ledger computes it, and a cached quote must not read the ledger. */
async function faultsOf(bank: QuoteBank, rung: Rung, measured: Measured, commits: number): Promise<string[]> {
  const faults: string[] = [];
  if (measured.failed > 0) faults.push(`${rung.name}: ${measured.failed} requests failed`);
  if (rung.name === KEPT && commits > measured.requests * COMMITS_AT_MOST) {
    faults.push(`${rung.name}: ${commits} transactions in PostgreSQL for ${measured.requests} quotes`);
  }
  if (!rung.isCore) return faults;
  for (let i = 0; i < SAMPLE; i += 1) {
    const customer = bank.customers[Math.floor((i * bank.customers.length) / SAMPLE)];
    if (customer === undefined) continue;
    const { explanation: _, ...fresh } = JSON.parse(await bodyOf(rung.service, customer, '?explain=true'));
    const answered = JSON.parse(await bodyOf(rung.service, customer));
    if (JSON.stringify(answered) !== JSON.stringify(fresh)) {
      faults.push(`${rung.name}: ${customer.accountNo} differs from the ledger`);
    }
  }
  return faults;
}

function report(rungs: Rung[], found: Measured[][]): void {
  const of = (name: string, value: (measured: Measured) => number): number[] =>
    (found[rungs.findIndex((rung) => rung.name === name)] ?? []).map(value);
  const bare = of(BARE, (m) => m.perSecond);
  const rows = rungs.map(({ name }) => {
    const perSecond = of(name, (m) => m.perSecond);
    return [
      name,
      median(perSecond).toFixed(0),
      range(perSecond, 0),
      (median(perSecond) / median(bare)).toFixed(2),
      median(of(name, (m) => m.cpuMicroseconds)).toFixed(0),
      median(of(name, (m) => m.p50Ms)).toFixed(0),
      median(of(name, (m) => m.p99Ms)).toFixed(0),
    ];
  });
  const head = ['rung', 'quotes/s', 'range', 'of bare', 'CPU µs', 'p50 ms', 'p99 ms'];
  process.stdout.write(`${table(head, rows)}\n`);
  // The two rungs of one round meet the same load of other processes, so the median of their ratios varies less than the ratio
  // of their medians.
  const ratios = of(KEPT, (m) => m.perSecond).map((kept, round) => kept / (bare[round] ?? Number.NaN));
  const cpu = of(BARE, (m) => m.cpuMicroseconds).map(
    (b, i) => b / (of(KEPT, (m) => m.cpuMicroseconds)[i] ?? Number.NaN),
  );
  process.stdout.write(
    `${median(ratios) >= TARGET ? 'reached' : 'MISSED'}: a cached quote reaches ${median(ratios).toFixed(2)} (${range(ratios, 2)}) of the bare route by throughput, ${median(cpu).toFixed(2)} (${range(cpu, 2)}) by CPU; target ${TARGET}\n`,
  );
}

async function memory(bank: QuoteBank, rungs: Rung[]): Promise<string[]> {
  const service = rungs.find(({ name }) => name === KEPT)?.service;
  if (service === undefined) return ['no service to measure the memory of'];
  const seen: number[] = [];
  for (let step = 0; step < MEMORY_STEPS; step += 1) {
    const { failed } = await measure(service, bank.customers, { amount: MEMORY_QUOTES / MEMORY_STEPS });
    if (failed > 0) return [`memory: ${failed} requests failed`];
    seen.push(residentMb(service.pid));
    process.stderr.write(`memory: ${seen.length} of ${MEMORY_STEPS}\n`);
  }
  process.stdout.write(
    `memory of the service over ${MEMORY_QUOTES.toLocaleString('en')} cached quotes, MB: ${seen.map((mb) => mb.toFixed(0)).join(' ')}\n`,
  );
  return [];
}
