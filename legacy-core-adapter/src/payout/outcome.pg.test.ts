import type { Core } from '@core-exit/bank-contract';
import { waitFor } from '@core-exit/local-stack/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_DIALECT } from '../../telegram/dialect.ts';
import { newGuid } from '../../telegram/guid.ts';
import { bodyOf, type Customer, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';
import { startTelegramProxy, type TelegramProxy } from '../../testing/telegram-proxy.ts';
import { legacyCore } from '../core.ts';
import type { LegacyTransport } from '../transport/legacy-transport.ts';
import { telegramTransport } from '../transport/telegram-transport/telegram-transport.ts';
import { outcome } from './outcome.ts';
import type { PayDeadlines } from './payout.ts';
import { openSentPayouts } from './sent-payouts.sql.ts';
import { type PayoutToSend, SentPayoutsUnavailable } from './sent-payouts.ts';
import { settleOverdue } from './settlement.ts';

const log = pino({ level: 'silent' });
const DEADLINES: PayDeadlines = { answerWithinMs: 200, knownWithinMs: 500 };
const hanging: TelegramProxy['fate'] = (direction, trCd) =>
  direction === 'answer' && trCd !== 'COM0000' ? 'swallow' : 'pass';

let legacy: Legacy;
let proxy: TelegramProxy;
let core: Core;
let transport: LegacyTransport;
let customer: Customer;

beforeEach(async () => {
  legacy = await startLegacy();
  proxy = await startTelegramProxy(legacy.port);
  const settings = { host: '127.0.0.1', port: proxy.port, dialect: FIRST_DIALECT, sessions: 8, inFlight: 16 };
  transport = telegramTransport(settings, log);
  await waitFor(() => transport.isReady(), { timeoutMs: 5_000 });
  core = legacyCore({ ...ports(), deadlines: DEADLINES }, () => true);
  customer = await legacy.open(since(1, 50_000_000n));
});
afterEach(async () => {
  await transport.stop();
  await proxy.stop();
  await legacy.stop();
});

const ports = () => ({ send: transport.send, sentPayouts: legacy.sentPayouts });
const payoutsSent = (): number => proxy.requests.filter((trCd) => trCd === 'DPI2100').length;
const status = async (guid: string, by: Customer | { customerId: null } = customer) =>
  await outcome(ports(), { ...customer, ...by }, guid);
const rows = () =>
  legacy.sql<{ guid: string; outcome: string | null }>(
    'select guid, outcome from adapter.payout_sent order by noted_at',
  );

/** Pays while every answer is lost. Returns the id in the status address. */
async function payUnknown(key: string): Promise<string> {
  proxy.fate = hanging;
  const answer = await core.pay(customer, key, {});
  expect(answer).toMatchObject({ ok: false, problem: { code: 'OUTCOME_UNKNOWN', status: 504 } });
  const address = answer.ok ? '' : (answer.problem.instance ?? '');
  expect(address).toMatch(
    new RegExp(`^/v1/accounts/${customer.accountNo}/interest-payouts/outcomes/[A-Z0-9]{32}$`),
  );
  return address.slice(-32);
}

describe('a payout whose outcome is unknown', () => {
  it('has a status address with state UNKNOWN, and later with the real outcome', async () => {
    const guid = await payUnknown(newKey());
    expect(await status(guid)).toMatchObject({ ok: true, body: { requestId: guid, state: 'UNKNOWN' } });

    proxy.fate = () => 'pass';
    expect(await settleOverdue(ports())).toMatchObject({ settled: [{ guid }], unknown: [] });
    expect(await status(guid)).toMatchObject({
      ok: true,
      body: { state: 'PAID', payout: { accountNo: customer.accountNo, net: '2329' } },
    });
    expect(await rows()).toEqual([{ guid, outcome: 'PAID' }]);
  });

  it('that never arrived has the state NOT_EXECUTED', async () => {
    proxy.fate = (direction, trCd) =>
      trCd === 'COM0000' || (trCd === 'DPI9100' && direction === 'request') ? 'pass' : 'swallow';
    const answer = await core.pay(customer, newKey(), {});
    const guid = answer.ok ? '' : (answer.problem.instance ?? '').slice(-32);
    proxy.fate = () => 'pass';
    await settleOverdue(ports());
    expect(await status(guid)).toMatchObject({ ok: true, body: { state: 'NOT_EXECUTED' } });
    expect((await legacy.sql('select from core.interest_payout')).length).toBe(0);
  });

  it('that was refused has the state REFUSED with its problem', async () => {
    await legacy.sql(`select core.change_standing($1, 'dormant', null, null, null)`, [customer.accountNo]);
    const guid = await payUnknown(newKey());
    proxy.fate = () => 'pass';
    await settleOverdue(ports());
    expect(await status(guid)).toMatchObject({
      body: { state: 'REFUSED', problem: { code: 'NOT_ELIGIBLE', reason: 'ACCOUNT_DORMANT' } },
    });
  });

  it('is never sent again: the same idempotency key inquires about the first payout until its outcome is known', async () => {
    const key = newKey();
    const guid = await payUnknown(key);
    expect(await payUnknown(key)).toBe(guid);
    expect(payoutsSent()).toBe(1);
    proxy.fate = () => 'pass';
    expect(bodyOf(await core.pay(customer, key, {}))).toMatchObject({
      replayed: true,
      payout: { net: '2329' },
    });
    expect(payoutsSent()).toBe(1);
    expect((await legacy.sql('select from core.interest_payout')).length).toBe(1);
  });

  it('is hidden from every other customer', async () => {
    const guid = await payUnknown(newKey());
    const other = await legacy.open(since(1, 1_000_000n));
    for (const by of [other, { ...customer, customerId: other.customerId }]) {
      expect(await status(guid, by)).toMatchObject({ ok: false, problem: { code: 'PAYOUT_NOT_FOUND' } });
    }
    expect(await status(newGuid())).toMatchObject({ problem: { code: 'PAYOUT_NOT_FOUND' } });
    expect(await status(guid, { customerId: null })).toMatchObject({ ok: true }); // an operator
  });

  it('is claimed by one settlement at a time, and offered again after a pause', async () => {
    const guid = await payUnknown(newKey());
    const claimed = await Promise.all(Array.from({ length: 10 }, () => legacy.sentPayouts.claimOverdue(5)));
    expect(claimed.flat().map((payout) => payout.guid)).toEqual([guid]);
    const [next] = await legacy.sql(
      `select inquiries, next_inquiry_at > clock_timestamp() + interval '1 second' as later from adapter.payout_sent`,
    );
    expect(next).toEqual({ inquiries: 1, later: true });
  });
});

describe('the record before a payout', () => {
  const payoutWith = (idempotencyKey: string): PayoutToSend => ({
    guid: newGuid(),
    accountNo: customer.accountNo,
    customerId: customer.customerId,
    idempotencyKey,
    traceId: 'test',
    dueWithinMs: 60_000,
  });

  it('is made once for each open idempotency key, even if many requests try', async () => {
    const key = newKey();
    const recorded = await Promise.all(
      Array.from({ length: 30 }, () => legacy.sentPayouts.record(payoutWith(key))),
    );
    expect(recorded.filter(({ kind }) => kind === 'recorded')).toHaveLength(1);
    expect(recorded.filter(({ kind }) => kind === 'in-progress')).toHaveLength(29);
  });

  it('cannot be made, so the payout is not sent and the caller may try again', async () => {
    const unreachable = openSentPayouts('postgres://unknown:x@127.0.0.1:1/none', () => undefined);
    await expect(unreachable.record(payoutWith(newKey()))).rejects.toThrow(SentPayoutsUnavailable);
    const withoutRecord = legacyCore({ ...ports(), sentPayouts: unreachable }, () => true);
    expect(await withoutRecord.pay(customer, newKey(), {})).toMatchObject({
      ok: false,
      problem: { code: 'UNAVAILABLE' },
    });
    expect(payoutsSent()).toBe(0);
    await unreachable.close();
  });

  it('is deleted a week after the payout was settled', async () => {
    await core.pay(customer, newKey(), {});
    expect(await legacy.sentPayouts.deleteOld()).toBe(0);
    await legacy.sql(`update adapter.payout_sent set settled_at = settled_at - interval '8 days'`);
    expect(await legacy.sentPayouts.deleteOld()).toBe(1);
  });
});
