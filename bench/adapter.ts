import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  encodeRecord,
  encodeTelegram,
  FIRST_DIALECT,
  type LegacyTransport,
  newGuid,
  QUOTE,
  telegramTransport,
} from '@core-exit/legacy-core-adapter/bench';
import { pino } from 'pino';
import { HEAD } from './adapter/samples.ts';
import { median, range, table } from './figures.ts';

const ROUNDS = 5;
const CALLS_A_ROUND = 2_000;
const IN_FLIGHT = 1_000;
const SESSIONS = 8;
const MANY_CALLS = 20_000;

type Times = { p50: number; p99: number; perSecond: number };
type Call = (n: number) => Promise<boolean>;

const log = pino({ level: 'silent' });

/** Makes calls, `atOnce` at the same time; microseconds of each. Counts wrong answers. */
async function timed(call: Call, calls: number, atOnce: number): Promise<Times & { wrong: number }> {
  const us: number[] = [];
  let [next, wrong] = [0, 0];
  const started = performance.now();
  const worker = async (): Promise<void> => {
    for (let n = next++; n < calls; n = next++) {
      const sent = performance.now();
      if (!(await call(n))) wrong += 1;
      us.push((performance.now() - sent) * 1_000);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  us.sort((a, b) => a - b);
  const at = (share: number): number => us[Math.floor(us.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), perSecond: (calls * 1_000) / (performance.now() - started), wrong };
}

/** One quote over the transport: the telegram is sent, and its answer is read and checked. */
function quoting(legacy: LegacyTransport): Call {
  return async (n) => {
    const ACNO = String(100_200_000_000 + n);
    const body = { ACNO, CSNO: 'C000000001', BS_DT: null, BS_SEQ: 0n };
    const request = { message: QUOTE, body, guid: newGuid(), withinMs: 30_000 };
    const exchange = await legacy.send('bench', request);
    return exchange.kind === 'answered' && exchange.answer.done && exchange.answer.body.ACNO === ACNO;
  };
}

/** Sends the same bytes to a server that returns them; nothing is decoded. */
function echoing(socket: Socket): Call {
  const body = encodeRecord(QUOTE.request, {
    ACNO: '100200000001',
    CSNO: 'C000000001',
    BS_DT: null,
    BS_SEQ: 0n,
  });
  const bytes = encodeTelegram({ ...HEAD, TR_CD: QUOTE.trCd }, body);
  return async () => {
    socket.write(bytes);
    for (let back = 0; back < bytes.length; ) back += ((await once(socket, 'data')) as [Buffer])[0].length;
    return true;
  };
}

async function transportTo(port: number, sessions: number, inFlight: number): Promise<LegacyTransport> {
  const settings = { host: '127.0.0.1', port, dialect: FIRST_DIALECT, sessions, inFlight };
  const legacy = telegramTransport(settings, log);
  while ((legacy.counts()['sessions'] ?? 0) < sessions) await pause(5);
  return legacy;
}

/** Time that the adapter's line adds to a bare TCP echo, and a thousand calls in flight on eight sessions. */
export async function benchAdapter(): Promise<boolean> {
  const child = fork(new URL('./adapter/core-main.ts', import.meta.url));
  const [ports] = (await once(child, 'message')) as [{ echo: number; core: number }];
  const socket = connect(ports.echo, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  const [one, many] = [
    await transportTo(ports.core, 1, 1),
    await transportTo(ports.core, SESSIONS, IN_FLIGHT / SESSIONS),
  ];
  const cells = [
    { title: 'bare TCP echo, one at a time', call: echoing(socket), calls: CALLS_A_ROUND, atOnce: 1 },
    { title: 'a quote over the line, one at a time', call: quoting(one), calls: CALLS_A_ROUND, atOnce: 1 },
    {
      title: `${IN_FLIGHT} in flight on ${SESSIONS} sessions`,
      call: quoting(many),
      calls: MANY_CALLS,
      atOnce: IN_FLIGHT,
    },
  ];
  let wrong = 0;
  const found = cells.map(() => [] as Times[]);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [i, { call, calls, atOnce }] of cells.entries()) {
      const times = await timed(call, calls, atOnce);
      wrong += times.wrong;
      if (round > 0) found[i]?.push(times); // the first round is a warm-up
    }
  }
  socket.destroy();
  await Promise.all([one.stop(), many.stop()]);
  child.kill();

  const of = (i: number, what: keyof Times): number[] => (found[i] ?? []).map((times) => times[what]);
  const rows = cells.map(({ title }, i) => [
    title,
    ...(['p50', 'p99'] as const).flatMap((what) => [
      `${median(of(i, what)).toFixed(0)} µs`,
      range(of(i, what), 0),
    ]),
    Math.round(median(of(i, 'perSecond'))).toLocaleString('en'),
  ]);
  const head = ['calls', 'p50', 'range', 'p99', 'range', 'a second'];
  process.stdout.write(`${table(head, rows)}\n`);
  const overhead = (what: 'p50' | 'p99'): string =>
    `${(median(of(1, what)) - median(of(0, what))).toFixed(0)} µs`;
  process.stdout.write(`the line adds ${overhead('p50')} (p50), ${overhead('p99')} (p99) to a bare echo\n`);
  if (wrong > 0) process.stdout.write(`WRONG: ${wrong} calls did not get the right answer\n`);
  return wrong === 0;
}
