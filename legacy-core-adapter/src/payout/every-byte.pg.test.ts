import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Core, CoreAnswer } from '@core-exit/bank-contract';
import { seed } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FrameReader, framed } from '../../telegram/frame.ts';
import { HEADER_BYTES } from '../../telegram/header.ts';
import { sizeOf } from '../../telegram/layout.ts';
import { PAYOUT } from '../../telegram/messages/index.ts';
import { decodeBody, decodeHeader } from '../../telegram/telegram.ts';
import { type Customer, type Legacy, startLegacy } from '../../testing/legacy.ts';

type Cut = { direction: 'request' | 'answer'; at: number; how: 'kill' | 'reset' };

const PREFIX_BYTES = 4;
const REQUEST_BYTES = PREFIX_BYTES + HEADER_BYTES + sizeOf(PAYOUT.request);
const ANSWER_BYTES = PREFIX_BYTES + HEADER_BYTES + sizeOf(PAYOUT.answer);
const AT_ONCE = 6;

/** Every byte position of the exchange, cut in both ways: from before the first byte of the request to before the last byte of the answer. */
const CUTS: Cut[] = (['kill', 'reset'] as const).flatMap((how) => [
  ...Array.from({ length: REQUEST_BYTES + 1 }, (_, at): Cut => ({ direction: 'request', at, how })),
  ...Array.from({ length: ANSWER_BYTES }, (_, at): Cut => ({ direction: 'answer', at, how })),
]);

const keyOf = ({ direction, at, how }: Cut): string => `${direction}.${at}.${how}.cut`;
const cutOf = (key: string): Cut | null => {
  const [, direction, at, how] = /^(request|answer)\.(\d+)\.(kill|reset)\.cut$/.exec(key) ?? [];
  return direction === undefined ? null : ({ direction, at: Number(at), how } as Cut);
};

let legacy: Legacy;
let proxy: Server;
let core: Core;
let customers: Customer[];
const sockets = new Set<Socket>();
/** Keys whose connection was cut. A retry with the same key passes. */
const made = new Set<string>();
const sentTimes = new Map<string, number>();

beforeAll(async () => {
  legacy = await startLegacy();
  await seed({ databaseUrl: legacy.ownerUrl, accounts: 8_000 });
  customers = (
    await legacy.sql<Customer>(
      `select a.account_no as "accountNo", a.customer_id as "customerId", 'test' as "traceId"
         from core.account a
        where a.opened_on < core.business_date() - 30 and a.balance > 5000000 and a.paid_through < core.business_date()
          and (select s.account_status = 'active' and s.customer_status = 'active' and s.tax_class = 'resident'
                      and s.holds = '{}'
                 from core.account_standing s where s.account_no = a.account_no order by seq desc limit 1)
        limit ${CUTS.length}`,
    )
  ).slice(0, CUTS.length);
  expect(customers).toHaveLength(CUTS.length);
  proxy = createServer((near) => relay(near, connect(legacy.port, '127.0.0.1'))).listen(0);
  await once(proxy, 'listening');
  core = await legacy.coreVia((proxy.address() as AddressInfo).port, undefined, { sessions: 8, inFlight: 1 });
}, 120_000);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  proxy.close();
  await legacy.stop();
});

/** Forwards telegrams. A payout's telegram is cut after the byte that its key names, and both ends lose the connection. */
function relay(near: Socket, far: Socket): void {
  let cutAnswer: Cut | null = null;
  const end = (how: Cut['how']): void => {
    for (const socket of [near, far]) {
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    }
  };
  const pass = (to: Socket, bytes: Buffer, cut: Cut | null): void => {
    if (cut === null) return void to.write(bytes);
    to.write(bytes.subarray(0, cut.at), () => end(cut.how));
  };
  for (const socket of [near, far]) {
    sockets.add(socket);
    socket.setNoDelay(true).on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      near.destroy();
      far.destroy();
    });
  }
  const requests = new FrameReader(HEADER_BYTES);
  near.on('data', (chunk: Buffer) => {
    for (const telegram of requests.push(chunk)) {
      const key =
        decodeHeader(telegram).TR_CD === 'DPI2100' ? decodeBody(telegram, PAYOUT.request).CHKEY : '';
      if (key !== '') sentTimes.set(key, (sentTimes.get(key) ?? 0) + 1);
      const cut = made.has(key) ? null : cutOf(key);
      if (cut !== null) made.add(key);
      cutAnswer = cut?.direction === 'answer' ? cut : null;
      pass(far, framed(telegram), cut?.direction === 'request' ? cut : null);
    }
  });
  const answers = new FrameReader(HEADER_BYTES);
  far.on('data', (chunk: Buffer) => {
    for (const telegram of answers.push(chunk)) pass(near, framed(telegram), cutAnswer);
  });
}

type Result = { cut: string; first: string; sent: number | undefined; again: string };
const codeOf = (answer: CoreAnswer<unknown>): string => (answer.ok ? 'paid' : answer.problem.code);

/** Pays with the cut, and then again with the same key over a good connection. */
async function payCut(cut: Cut, customer: Customer): Promise<Result> {
  const key = keyOf(cut);
  const first = await core.pay(customer, key, {});
  const sent = sentTimes.get(key);
  const again = await core.pay(customer, key, {});
  const isReplay = again.ok && again.body.replayed;
  const isSame = !first.ok || !again.ok || first.body.payout.payoutId === again.body.payout.payoutId;
  return {
    cut: key,
    first: codeOf(first),
    sent,
    again: `${codeOf(again)}${isReplay ? ' before' : ''}${isSame ? '' : ' TWICE'}`,
  };
}

/**
 * A request that did not arrive completely was never executed. If an answer was on its way, the payout was paid. Between the two,
 * the inquiry may arrive before the complete request, which is then refused. Both results are true.
 */
function expectedOf(cut: Cut): Result[] {
  const paid = { cut: keyOf(cut), first: 'paid', sent: 1, again: 'paid before' };
  const notExecuted = { cut: keyOf(cut), first: 'UNAVAILABLE', sent: 1, again: 'paid' };
  if (cut.direction === 'answer') return [paid];
  return cut.at < REQUEST_BYTES ? [notExecuted] : [paid, notExecuted];
}

it(`a connection lost at every one of ${CUTS.length} bytes of a payout: paid once, never lost, never sent again`, async () => {
  const differing: { expected: Result[]; result: Result }[] = [];
  const queue = CUTS.map((cut, i) => ({ cut, customer: customers[i] as Customer }));
  const worker = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const result = await payCut(next.cut, next.customer);
      const expected = expectedOf(next.cut);
      if (!expected.some((one) => isDeepStrictEqual(result, one))) differing.push({ expected, result });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(differing).toEqual([]);

  const [books] = await legacy.sql(
    `select (select count(*)::int from core.interest_payout where channel_key like '%.cut') as receipts,
            (select count(distinct account_no)::int from core.interest_payout where channel_key like '%.cut') as accounts,
            (select count(*)::int from adapter.payout_sent where outcome is null) as unknown`,
  );
  expect(books).toEqual({ receipts: CUTS.length, accounts: CUTS.length, unknown: 0 });
}, 300_000);
