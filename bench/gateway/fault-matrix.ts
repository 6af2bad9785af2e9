import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@core-exit/local-stack/bench';
import { type BenchOptions, held, inTurns, table } from '../figures.ts';
import { residentMb } from '../process-usage.ts';
import { drained, droppedOtherwise, verdictsOf } from './counts.ts';
import { FAULTS, type Fault, NO_FAULT, unanswered, verdictText, wrongVerdicts } from './faults.ts';
import { paced, quantile } from './load.ts';
import { type GatewayPart, lowPriority, Parts } from './processes.ts';

/** A fifth of the capacity of a gateway that shares two processors with its cores, so that no request waits for a processor. */
const PER_SECOND = 100;
/**
 * 3,000 requests of each are pooled, because the p99 of 1,000 differed between runs by half. The warm-up takes all permits that
 * a fault can keep, and lasts until V8 has compiled the frequent code, because the first thousand requests are slower.
 */
const FULL = { rounds: 15, requests: 200, warmUp: 1_500 };
const QUICK = { rounds: 1, requests: 100, warmUp: 100 };
/** For faults that are given by name: more rounds separate their p99 from the noise of the machine. */
const NAMED_ROUNDS = 45;
/** Bound of the customer's p50 and p99 with a shadow, as a multiple of those without. */
const BOUND = 1.2;
/** More than the memory of a gateway without a leak, see `memory.ts`. A leak of ten kilobytes per request would exceed it. */
const MEMORY_BOUND_MB = 240;
/** Random selections of rounds, for the interval of a ratio. */
const DRAWS = 400;
/** Pause after a phase, in which sockets are closed and memory is freed. */
const REST_MS = 300;

type Terms = typeof FULL;

/**
 * For each fault of the shadow: the customer's time with and without the fault, at two gateways, so that they share no process.
 * They are measured first one after the other, as an operator would see them, and then at the same time, request by request.
 * At the same time the machine disturbs both alike, so a difference comes from the gateway. The shadow's process has low
 * priority. Fails on a request without an answer and on a wrong verdict. Missed bounds are marked MISSED.
 */
export async function benchFaults({ isQuick, faults: named }: BenchOptions): Promise<boolean> {
  const terms = isQuick ? QUICK : named.length === 0 ? FULL : { ...FULL, rounds: NAMED_ROUNDS };
  const rows: string[][] = [];
  const wrong: string[] = [];
  for (const [name, fault] of Object.entries(FAULTS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const row = await oneFault(name, fault, terms);
    rows.push([name, ...row.cells]);
    wrong.push(...row.wrong.map((what) => `${name}: ${what}`));
    process.stderr.write(`${name}: ${row.cells.join('  ')}\n`);
  }
  const head = ['shadow', ...HEAD];
  process.stdout.write(
    `\n${PER_SECOND} requests/s, ${terms.rounds * terms.requests} of each pooled, ms; bound of the ratios ${BOUND}, of the memory ${MEMORY_BOUND_MB} MB\n${table(head, rows)}\n`,
  );
  for (const line of wrong) process.stdout.write(`WRONG: ${line}\n`);
  return wrong.length === 0;
}

const HEAD = [
  ['p50 without', 'with', 'ratio', 'p99 without', 'with', 'ratio', `<= ${BOUND}`],
  ['at once: p50 ratio', 'p99 without', 'with', 'ratio', `<= ${BOUND}`],
  ['MB before', 'after', `<= ${MEMORY_BOUND_MB}`, 'verdicts'],
].flat();

type Row = { cells: string[]; wrong: string[] };

async function oneFault(name: string, fault: Fault, { rounds, requests, warmUp }: Terms): Promise<Row> {
  const parts = new Parts();
  try {
    const legacy = await parts.node('upstream-main.ts', 'fast');
    const shadow = await shadowUrl(parts, name);
    const [plain, shadowed] = [
      await parts.gateway(legacy.url, shadow),
      await parts.gateway(legacy.url, shadow),
    ];
    const path = fault.verdict === 'unsampled' ? '/passed/1' : '/shadowed/1';
    const without = new Customers(plain, '/passed/1');
    const withShadow = new Customers(shadowed, path, fault.holdsPermits);
    const phases = [[without], [withShadow], [without, withShadow]];
    const times = phases.map((customers) => customers.map((): number[][] => []));
    for (const phase of phases.slice(0, 2)) await send(phase, warmUp);
    const before = residentMb(shadowed.pid);
    for (let round = 0; round < rounds; round += 1) {
      for (const phase of inTurns(phases, round)) {
        const measured = await send(phase, requests);
        for (const [i, some] of measured.entries()) times[phases.indexOf(phase)]?.[i]?.push(some);
      }
    }
    const after = residentMb(shadowed.pid);
    const wrong = [
      ...(await verdictsWrong(plain, { verdict: 'unsampled' }, without.sent)),
      ...(await verdictsWrong(shadowed, fault, withShadow.sent)),
      ...unanswered(times.flat(3)),
    ];
    const { verdicts } = await verdictsOf(shadowed.adminUrl);
    const cells = [...latencyCells(times.flat()), ...memoryCells(before, after)];
    return { cells: [...cells, verdictText(fault, verdicts)], wrong };
  } finally {
    await parts.stop();
  }
}

/** The customers of one gateway. */
class Customers {
  readonly gateway: GatewayPart;
  readonly url: string;
  /** The fault keeps permits until the deadline. The bench does not wait for that, so that the next phase finds them taken. */
  readonly holdsPermits: boolean;
  sent = 0;

  constructor(gateway: GatewayPart, path: string, holdsPermits = false) {
    this.gateway = gateway;
    this.url = gateway.url + path;
    this.holdsPermits = holdsPermits;
  }
}

/** Sends requests and returns the milliseconds of each, when their shadow calls are done. */
async function send(customers: readonly Customers[], requests: number): Promise<number[][]> {
  const urls = customers.map(({ url }) => url);
  const answers = await paced(urls, requests, PER_SECOND);
  for (const [i, one] of customers.entries()) {
    one.sent += answers[i]?.sent ?? 0;
    if (!one.holdsPermits) await settled(one.gateway);
  }
  await pause(REST_MS);
  return answers.map(({ times }) => times);
}

async function shadowUrl(parts: Parts, name: string): Promise<string> {
  if (name === 'dead port') return `http://127.0.0.1:${await freePort()}`;
  const isOrdinary = name === NO_FAULT || name === 'TLS failure';
  const { url } = lowPriority(await parts.node('upstream-main.ts', isOrdinary ? 'fast' : name));
  return name === 'TLS failure' ? url.replace('http:', 'https:') : url;
}

async function verdictsWrong(gateway: GatewayPart, fault: Fault, sent: number): Promise<string[]> {
  await settled(gateway);
  const { requests, verdicts } = await verdictsOf(gateway.adminUrl);
  const others = await droppedOtherwise(gateway.adminUrl);
  return [
    ...wrongVerdicts(fault, sent, requests, verdicts),
    ...(others.length === 0 ? [] : [`dropped though permits were free: ${others.join(', ')}`]),
  ];
}

function settled({ adminUrl }: GatewayPart): Promise<void> {
  return drained('gateway', async () => (await verdictsOf(adminUrl)).pending);
}

type Rounds = readonly (readonly number[])[];

/** Latencies of customers without and with a shadow, one after the other and at the same time. */
function latencyCells([without, withShadow, withoutAtOnce, withAtOnce]: Rounds[]): string[] {
  const ms = (rounds: Rounds = [], q: number): string => quantile(rounds.flat(), q).toFixed(2);
  const [p50, p99] = [0.5, 0.99].map((q) => ratioOf(q, without, withShadow)) as [Ratio, Ratio];
  const atOnce = [0.5, 0.99].map((q) => ratioOf(q, withoutAtOnce, withAtOnce)) as [Ratio, Ratio];
  return [
    ms(without, 0.5),
    ms(withShadow, 0.5),
    ratioText(p50),
    ms(without, 0.99),
    ms(withShadow, 0.99),
    ratioText(p99),
    boundText([p50, p99]),
    ratioText(atOnce[0]),
    ms(withoutAtOnce, 0.99),
    ms(withAtOnce, 0.99),
    ratioText(atOnce[1]),
    boundText(atOnce),
  ];
}

/** Ratio of a quantile, with the interval of 95 % of the ratios of random selections of the same rounds (bootstrap). */
type Ratio = { value: number; low: number; high: number };

/** Selects pairs of rounds, not requests, because a stall of the machine delays several requests at once. */
function ratioOf(q: number, without: Rounds = [], withShadow: Rounds = []): Ratio {
  const value = quantile(withShadow.flat(), q) / quantile(without.flat(), q);
  const others = Array.from({ length: DRAWS }, () => {
    const drawn = without.map(() => Math.floor(Math.random() * without.length));
    const [a, b] = [without, withShadow].map((rounds) => drawn.flatMap((i) => rounds[i] ?? []));
    return quantile(b ?? [], q) / quantile(a ?? [], q);
  });
  return { value, low: quantile(others, 0.025), high: quantile(others, 0.975) };
}

function ratioText({ value, low, high }: Ratio): string {
  return `${value.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}

/** Missed with certainty, reached, or not distinguishable from noise. */
function boundText(ratios: readonly Ratio[]): string {
  if (ratios.some(({ low }) => low > BOUND)) return 'MISSED';
  return ratios.every(({ value }) => value <= BOUND) ? 'reached' : 'not clear';
}

function memoryCells(before: number, after: number): string[] {
  return [before.toFixed(0), after.toFixed(0), held(after <= MEMORY_BOUND_MB)];
}
