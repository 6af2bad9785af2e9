import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@core-exit/local-stack/bench';
import { type BenchOptions, held, inTurns, table } from '../figures.ts';
import { drained, droppedOtherwise, verdictsOf } from './counts.ts';
import { FAULTS, type Fault, NO_FAULT, unanswered, verdictText, wrongVerdicts } from './faults.ts';
import { paced, quantile } from './load.ts';
import { type GatewayPart, Parts, residentMb, yielding } from './processes.ts';

/** A fifth of what a gateway can do beside its cores on two processors: nobody waits for a free one. */
const PER_SECOND = 100;
/**
 * Pooled: 3,000 of each, because the p99 of 1,000 differed from run to run by half. The warm-up fills all slots that can be
 * held, and lasts until V8 has compiled what is asked often: the first thousand requests have tails of their own.
 */
const FULL = { rounds: 15, requests: 200, warmUp: 1_500 };
const QUICK = { rounds: 1, requests: 100, warmUp: 100 };
/** Of faults that are asked for by name: there is time to tell their p99 from the machine. */
const NAMED_ROUNDS = 45;
/** The customer's p50 and p99 with a shadow, as a multiple of those without. */
const BOUND = 1.2;
/** More than a gateway comes to by itself, see `memory.ts`; ten kilobytes left behind by each request would pass it. */
const MEMORY_BOUND_MB = 240;
/** Of rounds, for the interval of a ratio. */
const DRAWS = 400;
/** After a phase: sockets are closed and memory is given back. */
const REST_MS = 300;

type Terms = typeof FULL;

/**
 * For each fault of the shadow: the customer's time with it and without, by two gateways, so that neither has anything of
 * the other's in its process. First one after the other, which is what an operator would see; then both at once, request
 * by request: whatever the machine does meets both, and what differs is the gateway's. The shadow's process yields to all
 * others. Fails on a request without an answer and on a verdict that is not the fault's; bounds that are missed are said.
 */
export async function benchFaults({ isQuick, named }: BenchOptions & { named: string[] }): Promise<boolean> {
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
    const withShadow = new Customers(shadowed, path, fault.holdsSlots);
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

/** Those of one gateway. */
class Customers {
  readonly gateway: GatewayPart;
  readonly url: string;
  /** Shadows that hold their slots do nothing until their deadline; they are left, so that the next phase finds them held. */
  readonly holdsSlots: boolean;
  sent = 0;

  constructor(gateway: GatewayPart, path: string, holdsSlots = false) {
    this.gateway = gateway;
    this.url = gateway.url + path;
    this.holdsSlots = holdsSlots;
  }
}

/** The milliseconds of each; over when their shadows are. */
async function send(customers: readonly Customers[], requests: number): Promise<number[][]> {
  const urls = customers.map(({ url }) => url);
  const answers = await paced(urls, requests, PER_SECOND);
  for (const [i, one] of customers.entries()) {
    one.sent += answers[i]?.sent ?? 0;
    if (!one.holdsSlots) await settled(one.gateway);
  }
  await pause(REST_MS);
  return answers.map(({ times }) => times);
}

async function shadowUrl(parts: Parts, name: string): Promise<string> {
  if (name === 'dead port') return `http://127.0.0.1:${await freePort()}`;
  const isOrdinary = name === NO_FAULT || name === 'TLS failure';
  const { url } = yielding(await parts.node('upstream-main.ts', isOrdinary ? 'fast' : name));
  return name === 'TLS failure' ? url.replace('http:', 'https:') : url;
}

async function verdictsWrong(gateway: GatewayPart, fault: Fault, sent: number): Promise<string[]> {
  await settled(gateway);
  const { requests, verdicts } = await verdictsOf(gateway.adminUrl);
  const others = await droppedOtherwise(gateway.adminUrl);
  return [
    ...wrongVerdicts(fault, sent, requests, verdicts),
    ...(others.length === 0 ? [] : [`dropped though slots were free: ${others.join(', ')}`]),
  ];
}

function settled({ adminUrl }: GatewayPart): Promise<void> {
  return drained('gateway', async () => (await verdictsOf(adminUrl)).pending);
}

type Rounds = readonly (readonly number[])[];

/** Of customers without and with a shadow, one after the other and at once. */
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

/** Of a quantile, with the interval of 95 % of what other choices of the same rounds would have said. */
type Ratio = { value: number; low: number; high: number };

/** Rounds are drawn, in pairs, and not requests: a stall of the machine delays several at once. */
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

/** Missed for certain, reached, or not to be told from the machine. */
function boundText(ratios: readonly Ratio[]): string {
  if (ratios.some(({ low }) => low > BOUND)) return 'MISSED';
  return ratios.every(({ value }) => value <= BOUND) ? 'reached' : 'not clear';
}

function memoryCells(before: number, after: number): string[] {
  return [before.toFixed(0), after.toFixed(0), held(after <= MEMORY_BOUND_MB)];
}
