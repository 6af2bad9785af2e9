import { isDeepStrictEqual } from 'node:util';
import { compileRules, diff, parsePair } from '@core-exit/comparator/engine';
import * as jsondiffpatch from 'jsondiffpatch';
import microdiff from 'microdiff';
import { EXACTNESS } from './engine-exactness.ts';
import { median, range, table } from './figures.ts';

const ROUNDS = 9;
const ROUND_MS = 120;

const rules = compileRules({ rules: [] }, '0000-01-01');
const patcher = jsondiffpatch.create();

/** From the bytes of two answers to what differs; a fault in one of them counts as a difference. */
type Contender = { name: string; differences: (left: Buffer, right: Buffer) => number | 'some' | 'fault' };

const CONTENDERS: Contender[] = [
  {
    name: 'this engine',
    differences(left, right) {
      const [a, b] = parsePair(left, right);
      return a.ok && b.ok ? diff(a.value, b.value, rules).found.length : 'fault';
    },
  },
  {
    name: 'jsondiffpatch',
    differences: (left, right) =>
      patcher.diff(JSON.parse(left.toString()), JSON.parse(right.toString())) === undefined ? 0 : 'some',
  },
  {
    name: 'isDeepStrictEqual',
    differences: (left, right) =>
      isDeepStrictEqual(JSON.parse(left.toString()), JSON.parse(right.toString())) ? 0 : 'some',
  },
  {
    name: 'microdiff',
    differences: (left, right) =>
      microdiff(wrapped(JSON.parse(left.toString())), wrapped(JSON.parse(right.toString()))).length,
  },
];

/** microdiff compares objects and lists only. */
function wrapped(value: unknown): Record<string, unknown> {
  return { value };
}

function payout(changes: Record<string, unknown> = {}): object {
  return {
    payoutId: '01JD0000000000000000000000',
    accountNo: '100200000001',
    businessDate: '2026-11-20',
    period: { from: '2026-10-20', to: '2026-11-20' },
    gross: '2739',
    incomeTax: '380',
    localTax: '30',
    net: '2329',
    currency: 'KRW',
    balanceAfter: '50002329',
    paidAt: '2026-11-20T03:04:05.678Z',
    basis: { businessDate: '2026-11-20', ledgerSeq: '4711' },
    postings: ['2739', '-2329', '-380', '-30'].map((amount, line) => ({
      line,
      account: `GL-${line}`,
      amount,
    })),
    ...changes,
  };
}

function history(change: (payouts: object[]) => object[]): object {
  return {
    items: change(
      Array.from({ length: 150 }, (_, i) => payout({ payoutId: `01JD${i}`, gross: String(2_739 + i) })),
    ),
  };
}

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const turned = (value: object): object => Object.fromEntries(Object.entries(value).toReversed());

const SHAPES: { name: string; left: Buffer; right: Buffer; isEqual: boolean }[] = [
  { name: 'payout, same bytes', left: bytes(payout()), right: bytes(payout()), isEqual: true },
  { name: 'payout, keys turned', left: bytes(payout()), right: bytes(turned(payout())), isEqual: true },
  {
    name: 'payout, one amount',
    left: bytes(payout()),
    right: bytes(payout({ net: '2328' })),
    isEqual: false,
  },
  {
    name: '100 kB, same bytes',
    left: bytes(history((all) => all)),
    right: bytes(history((all) => all)),
    isEqual: true,
  },
  {
    name: '100 kB, keys turned',
    left: bytes(history((all) => all)),
    right: bytes(history((all) => all.map(turned))),
    isEqual: true,
  },
  {
    name: '100 kB, one amount',
    left: bytes(history((all) => all)),
    right: bytes(history((all) => all.with(99, payout({ net: '1' })))),
    isEqual: false,
  },
  {
    name: '100 kB, one inserted',
    left: bytes(history((all) => all)),
    right: bytes(history((all) => all.toSpliced(20, 0, payout()))),
    isEqual: false,
  },
];

/** Microseconds a comparison, from bytes to differences, and which differences are seen at all. */
export function benchEngine(): boolean {
  const isRight = exactness();
  process.stdout.write(
    `\nCPU microseconds a comparison from bytes (other processes do not count), median of ${ROUNDS} interleaved rounds (least .. greatest)\n`,
  );
  const rows: string[][] = [];
  let isAsFast = true;
  for (const { name, left, right, isEqual } of SHAPES) {
    const times = new Map(CONTENDERS.map((one) => [one.name, [] as number[]]));
    for (const { name: who, differences } of CONTENDERS) {
      if ((differences(left, right) === 0) !== isEqual) throw new Error(`${who} is wrong about ${name}`);
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const one of CONTENDERS) times.get(one.name)?.push(microseconds(one, left, right));
    }
    const medians = CONTENDERS.map((one) => median(times.get(one.name) ?? []));
    if ((medians[0] ?? 0) > (medians[1] ?? 0)) isAsFast = false;
    rows.push([
      `${name} (${left.length} B)`,
      ...CONTENDERS.map((one, i) => `${medians[i]?.toFixed(1)} (${range(times.get(one.name) ?? [], 1)})`),
    ]);
  }
  process.stdout.write(`${table(['', ...CONTENDERS.map((one) => one.name)], rows)}\n`);
  process.stdout.write(`at least as fast as jsondiffpatch: ${isAsFast ? 'yes' : 'no'}\n`);
  return isRight;
}

function microseconds({ differences }: Contender, left: Buffer, right: Buffer): number {
  const started = performance.now();
  const before = process.cpuUsage();
  let n = 0;
  while (performance.now() - started < ROUND_MS) {
    for (let i = 0; i < 8; i += 1) differences(left, right);
    n += 8;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / n;
}

/** Each pair with what is true of it, and what each contender says; this engine must be right about all. */
function exactness(): boolean {
  let isRight = true;
  const rows = EXACTNESS.map(({ name, left, right, expected }) => [
    `${name}: ${expected}`,
    ...CONTENDERS.map((one, i) => {
      const said = saying(one, left, right, typeof expected === 'number');
      if (said === expected) return 'right';
      if (i === 0) isRight = false;
      return `WRONG: ${said}`;
    }),
  ]);
  process.stdout.write(`${table(['what is true', ...CONTENDERS.map((one) => one.name)], rows)}\n`);
  return isRight;
}

function saying(
  { differences }: Contender,
  left: string,
  right: string,
  isCounted: boolean,
): string | number {
  try {
    const found = differences(Buffer.from(left), Buffer.from(right));
    if (found === 'fault') return 'fault';
    if (isCounted) return found;
    return found === 0 ? 'equal' : 'different';
  } catch {
    return 'fault';
  }
}
