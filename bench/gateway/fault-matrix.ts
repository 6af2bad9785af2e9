import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@core-exit/local-stack/bench';
import { type BenchOptions, held, inTurns, table } from '../figures.ts';
import { drained, droppedOtherwise, verdictsOf } from './counts.ts';
import { FAULTS, type Fault, NO_FAULT, verdictText, wrongVerdicts } from './faults.ts';
import { paced, quantile } from './load.ts';
import { type GatewayPart, type Part, Parts, residentMb, yielding } from './processes.ts';

/** A fifth of what a gateway can do beside its cores on two processors: nobody waits for a free one. */
const PER_SECOND = 100;
/**
 * Pooled: 3,000 of each, because the p99 of 1,000 differed from run to run by half. The warm-up fills all slots that can be
 * held, and lasts until V8 has compiled what is asked often: the first thousand requests have tails of their own.
 */
const FULL = { rounds: 15, requests: 200, warmUp: 1_500 };
const QUICK = { rounds: 1, requests: 100, warmUp: 100 };
/** The customer's p50 and p99 with a shadow, as a multiple of those without. */
const BOUND = 1.2;
/** Memory after all rounds, as a multiple of that after the warm-up. */
const MEMORY_BOUND = 1.3;
/** Of rounds, for the interval of a ratio. */
const DRAWS = 400;
/** After a phase: sockets are closed and memory is given back. */
const REST_MS = 300;

type Terms = typeof FULL;

/**
 * For each fault of the shadow: the customer's time with it and without, by two gateways, so that neither has anything of
 * the other's in its process; and without, beside somebody else who asks that shadow as often: what such answers cost
 * on this machine whoever reads them. They take turns. The shadow's process and the other's yield to all others. Fails
 * on a request without an answer and on a verdict that is not the fault's; bounds that are missed are said.
 */
export async function benchFaults({ isQuick }: BenchOptions): Promise<boolean> {
  const terms = isQuick ? QUICK : FULL;
  const rows: string[][] = [];
  const wrong: string[] = [];
  for (const [name, fault] of Object.entries(FAULTS)) {
    const row = await oneFault(name, fault, terms);
    rows.push([name, ...row.cells]);
    wrong.push(...row.wrong.map((what) => `${name}: ${what}`));
    process.stderr.write(`${name}: ${row.cells.join('  ')}\n`);
  }
  const head = ['shadow', ...HEAD];
  process.stdout.write(
    `\n${PER_SECOND} requests/s, ${terms.rounds * terms.requests} of each pooled, ms; bound of the ratios ${BOUND}, of the memory ${MEMORY_BOUND}\n${table(head, rows)}\n`,
  );
  for (const line of wrong) process.stdout.write(`WRONG: ${line}\n`);
  return wrong.length === 0;
}

const HEAD = [
  'p50 without',
  'with',
  'ratio',
  'p99 without',
  'beside',
  'with',
  'ratio',
  'to beside',
  `<= ${BOUND}`,
  'MB before',
  'after',
  'flat',
  'verdicts',
];

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
    const bystander = yielding(await parts.node('bystander-main.ts', shadow));
    const path = fault.verdict === 'unsampled' ? '/passed/1' : '/shadowed/1';
    const holdsSlots = fault.holdsSlots === true;
    const [without, withShadow] = [
      phase(plain, '/passed/1', { requests }),
      phase(shadowed, path, { requests, holdsSlots }),
    ];
    const beside = phase(plain, '/passed/1', {
      requests,
      bystander: fault.verdict === 'unsampled' ? null : bystander,
    });
    for (const { warm } of [without, withShadow]) await warm(warmUp);
    const before = residentMb(shadowed.pid);
    for (let round = 0; round < rounds; round += 1) {
      for (const one of inTurns([without, beside, withShadow], round)) await one.measure();
    }
    const after = residentMb(shadowed.pid);
    const wrong = [
      ...(await verdictsWrong(plain, { verdict: 'unsampled' }, without.sent() + beside.sent())),
      ...(await verdictsWrong(shadowed, fault, withShadow.sent())),
      ...[without, beside, withShadow].flatMap(({ times }) => failures(times.flat())),
    ];
    const { verdicts } = await verdictsOf(shadowed.adminUrl);
    const cells = [
      ...latencyCells(without.times, beside.times, withShadow.times),
      ...memoryCells(before, after),
    ];
    return { cells: [...cells, verdictText(fault, verdicts)], wrong };
  } finally {
    await parts.stop();
  }
}

type PhaseTerms = { requests: number; holdsSlots?: boolean; bystander?: Part | null };

/**
 * One kind of round at a gateway; `times` are those of each of its rounds. A phase is over when its shadows are. Those that
 * hold their slots do nothing until their deadline; they are left, so that the next phase finds the slots held.
 */
function phase(
  gateway: GatewayPart,
  path: string,
  { requests, holdsSlots = false, bystander = null }: PhaseTerms,
) {
  const times: number[][] = [];
  let all = 0;
  const send = async (n: number): Promise<number[]> => {
    if (bystander !== null) await fetch(`${bystander.url}/begin?perSecond=${PER_SECOND}`);
    const { times: some, sent } = await paced(gateway.url + path, n, PER_SECOND);
    if (bystander !== null) await fetch(`${bystander.url}/end`);
    all += sent;
    if (!holdsSlots) await settled(gateway);
    await pause(REST_MS);
    return some;
  };
  return {
    times,
    sent: () => all,
    warm: (n: number) => send(n),
    measure: async () => void times.push(await send(requests)),
  };
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

function failures(times: readonly number[]): string[] {
  const failed = times.filter((ms) => !Number.isFinite(ms)).length;
  return failed === 0 ? [] : [`${failed} customers without an answer`];
}

type Rounds = readonly (readonly number[])[];

function latencyCells(without: Rounds, beside: Rounds, withShadow: Rounds): string[] {
  const at = (rounds: Rounds, q: number): number => quantile(rounds.flat(), q);
  const [p50, p99] = [0.5, 0.99].map((q) => ratioOf(without, withShadow, q)) as [Ratio, Ratio];
  const ms = (rounds: Rounds, q: number): string => at(rounds, q).toFixed(2);
  return [
    ms(without, 0.5),
    ms(withShadow, 0.5),
    ratioText(p50),
    ms(without, 0.99),
    ms(beside, 0.99),
    ms(withShadow, 0.99),
    ratioText(p99),
    ratioText(ratioOf(beside, withShadow, 0.99)),
    boundText([p50, p99]),
  ];
}

/** Of a quantile, with the interval of 95 % of what other choices of the same rounds would have said. */
type Ratio = { value: number; low: number; high: number };

/** Rounds are drawn, not requests: a stall of the machine delays several at once. */
function ratioOf(without: Rounds, withShadow: Rounds, q: number): Ratio {
  const value = quantile(withShadow.flat(), q) / quantile(without.flat(), q);
  const others = Array.from({ length: DRAWS }, () => {
    const [a, b] = [without, withShadow].map((rounds) =>
      rounds.flatMap(() => rounds[Math.floor(Math.random() * rounds.length)] ?? []),
    ) as [number[], number[]];
    return quantile(b, q) / quantile(a, q);
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
  return [before.toFixed(0), after.toFixed(0), held(after <= before * MEMORY_BOUND)];
}
