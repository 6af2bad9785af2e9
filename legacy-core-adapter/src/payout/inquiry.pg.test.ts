import type { Core } from '@core-exit/bank-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Customer, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';
import { type Fate, startTelegramProxy, type TelegramProxy } from '../../testing/telegram-proxy.ts';
import type { PayDeadlines } from './payout.ts';

const DEADLINES: PayDeadlines = { answerWithinMs: 400, knownWithinMs: 1_500 };

let legacy: Legacy;
let proxy: TelegramProxy;
let core: Core;
let customer: Customer;

beforeEach(async () => {
  legacy = await startLegacy();
  proxy = await startTelegramProxy(legacy.port);
  core = await legacy.coreVia(proxy.port, DEADLINES);
  customer = await legacy.open(since(1, 50_000_000n));
  proxy.requests.length = 0;
});
afterEach(async () => {
  await proxy.stop();
  await legacy.stop();
});

const payouts = async (): Promise<number> => (await legacy.sql('select from core.interest_payout')).length;
const sentOf = (trCd: string): number => proxy.requests.filter((sent) => sent === trCd).length;
const lose =
  (lost: 'request' | 'answer', fate: Fate): TelegramProxy['fate'] =>
  (direction, trCd) =>
    direction === lost && trCd === 'DPI2100' ? fate : 'pass';

describe('a payout whose telegrams get lost', () => {
  it.each<Fate>(['swallow', 'cut'])(
    'after the commit (%s): the outcome is found by inquiry, and the payout is never sent again',
    async (fate) => {
      proxy.fate = lose('answer', fate);
      const key = newKey();
      const { payout, replayed } = bodyOf(await core.pay(customer, key, {}));
      expect(replayed).toBe(false);
      expect(payout).toMatchObject({ gross: '2739', net: '2329', balanceAfter: '50002329' });
      expect(await payouts()).toBe(1);
      expect(sentOf('DPI2100')).toBe(1);
      expect(sentOf('DPI9100')).toBeGreaterThan(0);

      proxy.fate = () => 'pass';
      expect(bodyOf(await core.pay(customer, key, {}))).toEqual({ payout, replayed: true });
    },
  );

  it('a lost refusal is found by inquiry as well', async () => {
    await legacy.sql(`select core.change_standing($1, 'dormant', null, null, null)`, [customer.accountNo]);
    proxy.fate = lose('answer', 'cut');
    expect(await core.pay(customer, newKey(), {})).toMatchObject({
      problem: { code: 'NOT_ELIGIBLE', reason: 'ACCOUNT_DORMANT', basis: { ledgerSeq: '2' } },
    });
  });

  it.each<Fate>(['swallow', 'cut'])(
    'before it was executed (%s): the payout is known as not paid, and a retry is safe',
    async (fate) => {
      proxy.fate = lose('request', fate);
      const key = newKey();
      expect(await core.pay(customer, key, {})).toMatchObject({
        problem: { code: 'UNAVAILABLE' },
        retryAfterSeconds: 1,
      });
      expect(await payouts()).toBe(0);
      expect(sentOf('DPI2100')).toBe(1);

      proxy.fate = () => 'pass';
      expect(await core.pay(customer, key, {})).toMatchObject({ ok: true, body: { replayed: false } });
    },
  );

  it('is OUTCOME_UNKNOWN within the deadline while the core hangs; later the key leads to the receipt', async () => {
    proxy.fate = (direction, trCd) => (direction === 'answer' && trCd !== 'COM0000' ? 'swallow' : 'pass');
    const key = newKey();
    const startedMs = performance.now();
    expect(await core.pay(customer, key, {})).toMatchObject({
      problem: { code: 'OUTCOME_UNKNOWN', status: 504 },
    });
    expect(performance.now() - startedMs).toBeLessThan(DEADLINES.knownWithinMs + 300);
    expect(sentOf('DPI2100')).toBe(1);

    proxy.fate = () => 'pass';
    expect(await core.pay(customer, key, {})).toMatchObject({ ok: true, body: { replayed: true } });
    expect(await payouts()).toBe(1);
  });
});

describe('the inquiry', () => {
  const inquire = (guid: string) =>
    legacy.sql<{ rsp_cd: string }>('select rsp_cd from legacy.dpi9100($1, $2, $3)', [
      guid,
      customer.accountNo,
      customer.customerId,
    ]);
  const pay = (guid: string) =>
    legacy.sql<{ rsp_cd: string }>('select rsp_cd from legacy.dpi2100($1, $2, $3, $4, null, 3000)', [
      guid,
      customer.accountNo,
      customer.customerId,
      newKey(),
    ]);
  const guid = 'G'.repeat(32);

  it('closes a request that never arrived, so that it is refused if it arrives late', async () => {
    expect(await inquire(guid)).toEqual([{ rsp_cd: 'E601' }]);
    expect(await pay(guid)).toEqual([{ rsp_cd: 'E305' }]);
    expect(await inquire(guid)).toEqual([{ rsp_cd: 'E601' }]);
    expect(await payouts()).toBe(0);
  });

  it('is answered with E602 while the request runs, and with its answer afterwards', async () => {
    const release = await legacy.holdRow(customer.accountNo);
    const paying = pay(guid);
    await legacy.waitForLock();
    expect(await inquire(guid)).toEqual([{ rsp_cd: 'E602' }]);
    await release();
    expect(await paying).toEqual([{ rsp_cd: '0000' }]);
    expect(await inquire(guid)).toEqual([{ rsp_cd: '0000' }]);
  });

  it('a request whose GUID was received before is refused, with any content', async () => {
    await pay(guid);
    expect(await pay(guid)).toEqual([{ rsp_cd: 'E304' }]);
    expect(await payouts()).toBe(1);
  });

  it('is refused if it does not name the account and its customer', async () => {
    await pay(guid);
    const [row] = await legacy.sql('select rsp_cd from legacy.dpi9100($1, $2, $3)', [
      guid,
      customer.accountNo,
      'C999999999',
    ]);
    expect(row).toEqual({ rsp_cd: 'E401' });
  });
});
