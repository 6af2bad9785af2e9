import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LegacyAnswer, Send } from '../../src/transport/legacy-transport.ts';
import { newGuid } from '../../telegram/guid.ts';
import { STATEMENT } from '../../telegram/messages/index.ts';
import { TEXT_4 } from '../../telegram/prefix.ts';
import { bodyOf, type Customer, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';

type Period = { FR_DT: string; TO_DT: string };

let legacy: Legacy;
let today: string;
beforeAll(async () => {
  legacy = await startLegacy();
  today = await legacy.today();
});
afterAll(() => legacy.stop());

const daysAgo = (days: number): string =>
  new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
const lastWeek = (): Period => ({ FR_DT: daysAgo(7), TO_DT: today });

async function page(
  send: Send,
  { accountNo, customerId, traceId }: Customer,
  period: Period,
  after = 0n,
): Promise<LegacyAnswer<typeof STATEMENT.answer>> {
  const body = { ACNO: accountNo, CSNO: customerId, ...period, NXT_SEQ: after };
  const exchange = await send(traceId, { message: STATEMENT, body, guid: newGuid(), withinMs: 3_000 });
  if (exchange.kind !== 'answered') throw new Error(exchange.why);
  return exchange.answer;
}

describe.each([1, 2] as const)('the statement over layouts of generation %d', (layouts) => {
  let send: Send;
  beforeAll(async () => {
    send = await legacy.sendVia(legacy.port, { prefix: TEXT_4, layouts });
  });

  it('has each entry once, page by page, with a payout among them', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    for (let n = 1; n <= 12; n += 1)
      await legacy.sql(`select core.post_movement($1, $2, null, 'ATM', null)`, [
        customer.accountNo,
        n % 2 === 0 ? -n : n,
      ]);
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));

    const entries = [];
    let next = 0n;
    const sizes: number[] = [];
    for (let more = true; more; ) {
      const answer = await page(send, customer, lastWeek(), next);
      if (!answer.done) throw new Error(answer.rspCd);
      entries.push(...answer.body.ENTRY);
      sizes.push(answer.body.ENTRY.length);
      next = answer.body.NXT_SEQ;
      more = answer.body.MORE_FG === 'Y';
    }
    expect(sizes).toEqual([10, 4]);
    expect(entries.map(({ TXN_SEQ }) => TXN_SEQ)).toEqual(
      Array.from({ length: 14 }, (_, i) => BigInt(i + 1)),
    );
    expect(entries[2]).toMatchObject({ AMT: -2n, TXN_DT: today, VAL_DT: today });
    expect(entries.at(-1)).toMatchObject({
      AMT: BigInt(payout.net),
      BAL_AFT: BigInt(payout.balanceAfter),
      TXN_DT: payout.businessDate,
    });
    expect(entries.reduce((sum, { AMT }) => sum + AMT, 0n)).toBe(BigInt(payout.balanceAfter));
  });

  it('of a period without entries is an empty page', async () => {
    const customer = await legacy.open(since(1, 1_000n));
    expect(await page(send, customer, { FR_DT: daysAgo(30), TO_DT: daysAgo(20) })).toMatchObject({
      done: true,
      body: { ACNO: customer.accountNo, MORE_FG: 'N', ENTRY: [] },
    });
  });

  it('is refused to a stranger, and for dates that are no period', async () => {
    const customer = await legacy.open(since(1, 1_000n));
    const stranger = { ...customer, customerId: 'C999999999' };
    expect(await page(send, stranger, lastWeek())).toMatchObject({ rspCd: 'E401' });
    expect(await page(send, customer, { FR_DT: today, TO_DT: daysAgo(1) })).toMatchObject({ rspCd: 'E403' });
  });
});
