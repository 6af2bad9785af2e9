import { isDeepStrictEqual } from 'node:util';
import {
  decodeBody,
  decodeHeader,
  encodeRecord,
  encodeTelegram,
  FrameReader,
  HEADER_BYTES,
  PAYOUT,
} from '@core-exit/legacy-core-adapter/bench';
import { HEAD, PAYOUT_ANSWER, PAYOUT_REQUEST } from './adapter/samples.ts';
import { median, range, table } from './figures.ts';

const ROUNDS = 7;
const ROUND_MS = 300;

const request = encodeTelegram(HEAD, encodeRecord(PAYOUT.request, PAYOUT_REQUEST));
const answered = { ...HEAD, RQ_RS: 'R' as const, RSP_CD: '0000' };
const answer = encodeTelegram(answered, encodeRecord(PAYOUT.answer, PAYOUT_ANSWER));

/** Reads a telegram as the line receives it: length, header, body. */
function read(bytes: Buffer, layout: typeof PAYOUT.request | typeof PAYOUT.answer): unknown {
  const [telegram] = new FrameReader(HEADER_BYTES).push(bytes);
  if (telegram === undefined) throw new Error('no telegram');
  return { ...decodeHeader(telegram), ...decodeBody(telegram, layout) };
}

const CELLS = [
  {
    title: `encode a payout request, ${request.length} bytes`,
    run: () => encodeTelegram(HEAD, encodeRecord(PAYOUT.request, PAYOUT_REQUEST)),
  },
  {
    title: `encode a payout answer, ${answer.length} bytes`,
    run: () => encodeTelegram(answered, encodeRecord(PAYOUT.answer, PAYOUT_ANSWER)),
  },
  { title: 'decode a payout request', run: () => read(request, PAYOUT.request) },
  { title: 'decode a payout answer', run: () => read(answer, PAYOUT.answer) },
];

function perSecond(run: () => unknown): number {
  const started = performance.now();
  let done = 0;
  for (const ends = started + ROUND_MS; performance.now() < ends; done += 50) {
    for (let i = 0; i < 50; i += 1) run();
  }
  return (done * 1_000) / (performance.now() - started);
}

/** Telegrams encoded and decoded per second on one processor. Returns whether the decoded values are the encoded ones. */
export function benchTelegram(): boolean {
  const holds =
    isDeepStrictEqual(read(request, PAYOUT.request), { ...HEAD, ...PAYOUT_REQUEST }) &&
    isDeepStrictEqual(read(answer, PAYOUT.answer), { ...answered, ...PAYOUT_ANSWER });
  if (!holds) process.stdout.write('WRONG: a decoded telegram differs from the encoded one\n');
  const rates = CELLS.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, { run }] of CELLS.entries()) rates[i]?.push(perSecond(run));
  }
  const rows = CELLS.map(({ title }, i) => {
    const found = rates[i] ?? [];
    return [
      title,
      Math.round(median(found)).toLocaleString('en'),
      range(found, 0),
      `${(1e6 / median(found)).toFixed(1)} µs`,
    ];
  });
  process.stdout.write(`${table(['telegram', 'a second, one core', 'range', 'each'], rows)}\n`);
  return holds;
}
