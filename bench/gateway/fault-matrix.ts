import { setTimeout as pause } from 'node:timers/promises';
import { type BenchOptions, held, table } from '../figures.ts';
import { drained, droppedOtherwise, verdictsOf } from './counts.ts';
import { FAULTS, type Fault, NO_FAULT, verdictText, wrongVerdicts } from './faults.ts';
import { paced, quantile } from './load.ts';
import { freePort, type GatewayPart, Parts, residentMb, yielding } from './processes.ts';

/** A fifth of what a gateway can do beside its cores on two processors: nobody waits for a free one. */
const PER_SECOND = 100;
/** Pooled: 3,000 of each, because the p99 of 1,000 differed from run to run by half; the warm-up fills all slots that can be held. */
const FULL = { rounds: 15, requests: 200, warmUp: 400 };
const QUICK = { rounds: 1, requests: 100, warmUp: 100 };
/** The customer's p50 and p99 with a shadow, as a multiple of those without. */
const BOUND = 1.2;
/** Memory after all rounds, as a multiple of that after the warm-up. */
const MEMORY_BOUND = 1.3;
/** After a phase: sockets are closed and memory is given back. */
const REST_MS = 300;

type Terms = typeof FULL;

/**
 * For each fault of the shadow: the customer's time with and without, by two gateways that take turns, so that neither
 * has anything of the other's in its process. The shadow's process yields to all others. Fails on a request without an answer and on a verdict that is not the
 * fault's; bounds that are missed are said.
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
  'with',
  'ratio',
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
    const path = fault.verdict === 'unsampled' ? '/passed/1' : '/shadowed/1';
    const [without, withShadow] = [
      phase(plain, '/passed/1', { requests, warmUp }),
      phase(shadowed, path, { requests, warmUp, holdsSlots: fault.holdsSlots === true }),
    ];
    await without.warm();
    await withShadow.warm();
    const before = residentMb(shadowed.pid);
    for (let round = 0; round < rounds; round += 1) {
      for (const one of round % 2 === 0 ? [without, withShadow] : [withShadow, without]) await one.measure();
    }
    const after = residentMb(shadowed.pid);
    const wrong = [
      ...(await verdictsWrong(plain, { verdict: 'unsampled' }, without.sent())),
      ...(await verdictsWrong(shadowed, fault, withShadow.sent())),
      ...[without, withShadow].flatMap(({ times }) => failures(times)),
    ];
    const { verdicts } = await verdictsOf(shadowed.adminUrl);
    const cells = [...latencyCells(without.times, withShadow.times), ...memoryCells(before, after)];
    return { cells: [...cells, verdictText(fault, verdicts)], wrong };
  } finally {
    await parts.stop();
  }
}

type PhaseTerms = { requests: number; warmUp: number; holdsSlots?: boolean };

/**
 * One gateway's half of the rounds; `times` are those of all its rounds. A phase is over when its shadows are. Those that
 * hold their slots do nothing until their deadline; they are left, so that the next phase finds the slots held.
 */
function phase(gateway: GatewayPart, path: string, { requests, warmUp, holdsSlots = false }: PhaseTerms) {
  const times: number[] = [];
  let all = 0;
  const send = async (n: number): Promise<number[]> => {
    const { times: some, sent } = await paced(gateway.url + path, n, PER_SECOND);
    all += sent;
    if (!holdsSlots) await settled(gateway);
    await pause(REST_MS);
    return some;
  };
  return {
    times,
    sent: () => all,
    warm: () => send(warmUp),
    measure: async () => void times.push(...(await send(requests))),
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

function latencyCells(without: readonly number[], withShadow: readonly number[]): string[] {
  const ratios: number[] = [];
  const cells = [0.5, 0.99].flatMap((q) => {
    const [a, b] = [quantile(without, q), quantile(withShadow, q)];
    ratios.push(b / a);
    return [a.toFixed(2), b.toFixed(2), (b / a).toFixed(2)];
  });
  return [...cells, held(ratios.every((ratio) => ratio <= BOUND))];
}

function memoryCells(before: number, after: number): string[] {
  return [before.toFixed(0), after.toFixed(0), held(after <= before * MEMORY_BOUND)];
}
