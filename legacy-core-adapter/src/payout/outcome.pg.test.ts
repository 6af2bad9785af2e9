import type { Core } from '@core-exit/bank-contract';
import { waitFor } from '@core-exit/local-stack/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { legacyCore } from '../core.ts';
import { outcome } from './outcome.ts';
import { OutcomesUnavailable, type PayoutToSend } from './sent-payouts.ts';
import type { PayDeadlines } from './payout.ts';
import { settleOverdue } from './settlement.ts';
import { askOn, newGuid, poll } from '../transport/telegram-transport/telegram-transport.ts';
import { Line } from '../transport/telegram-transport/session-pool.ts';
import { openOutcomes } from './sent-payouts.sql.ts';
import { type BrokenWire, brokenWire } from '../../testing/telegram-proxy.ts';
import { bodyOf, type Customer, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';

const log = pino({ level: 'silent' });
const DEADLINES: PayDeadlines = { answerWithinMs: 200, knownWithinMs: 500 };
const hanging: BrokenWire['fate'] = (direction, trCd) =>
  direction === 'answer' && trCd !== 'COM0000' ? 'swallow' : 'pass';

let legacy: Legacy;
let wire: BrokenWire;
let core: Core;
let line: Line;
let customer: Customer;

beforeEach(async () => {
  legacy = await startLegacy();
  wire = await brokenWire(legacy.port);
  line = new Line({ address: { host: '127.0.0.1', port: wire.port }, log, random: Math.random, poll });
  await waitFor(() => line.ready, { timeoutMs: 5_000 });
  core = legacyCore({ ask: askOn(line, log), outcomes: legacy.outcomes, deadlines: DEADLINES }, () => true);
  customer = await legacy.open(since(1, 50_000_000n));
});
afterEach(async () => {
  await line.stop();
  await wire.stop();
  await legacy.stop();
});

const ports = () => ({ ask: askOn(line, log), outcomes: legacy.outcomes });
const sentPayouts = (): number => wire.requests.filter((trCd) => trCd === 'DPI2100').length;
const status = async (guid: string, asked: Customer | { customerId: null } = customer) =>
  await outcome(ports(), { ...customer, ...asked }, guid);
const rows = () =>
  legacy.sql<{ guid: string; outcome: string | null }>(
    'select guid, outcome from adapter.payout_sent order by noted_at',
  );

/** Pays while every answer is lost; returns the id that the status address has. */
async function payUnknown(key: string): Promise<string> {
  wire.fate = hanging;
  const answer = await core.pay(customer, key, {});
  expect(answer).toMatchObject({ ok: false, problem: { code: 'OUTCOME_UNKNOWN', status: 504 } });
  const address = answer.ok ? '' : (answer.problem.instance ?? '');
  expect(address).toMatch(
    new RegExp(`^/v1/accounts/${customer.accountNo}/interest-payouts/outcomes/[A-Z0-9]{32}$`),
  );
  return address.slice(-32);
}

describe('a payout whose outcome is unknown', () => {
  it('has a status address: unknown first, then what really became of it', async () => {
    const guid = await payUnknown(newKey());
    expect(await status(guid)).toMatchObject({ ok: true, body: { requestId: guid, state: 'UNKNOWN' } });

    wire.fate = () => 'pass';
    expect(await settleOverdue(ports())).toMatchObject({ settled: [{ guid }], unknown: [] });
    expect(await status(guid)).toMatchObject({
      ok: true,
      body: { state: 'PAID', payout: { accountNo: customer.accountNo, net: '2329' } },
    });
    expect(await rows()).toEqual([{ guid, outcome: 'PAID' }]);
  });

  it('that never arrived is found not to be executed', async () => {
    wire.fate = (direction, trCd) =>
      trCd === 'COM0000' || (trCd === 'DPI9100' && direction === 'request') ? 'pass' : 'swallow';
    const answer = await core.pay(customer, newKey(), {});
    const guid = answer.ok ? '' : (answer.problem.instance ?? '').slice(-32);
    wire.fate = () => 'pass';
    await settleOverdue(ports());
    expect(await status(guid)).toMatchObject({ ok: true, body: { state: 'NOT_EXECUTED' } });
    expect((await legacy.sql('select from core.interest_payout')).length).toBe(0);
  });

  it('that was refused says so at its address', async () => {
    await legacy.sql(`select core.change_standing($1, 'dormant', null, null, null)`, [customer.accountNo]);
    const guid = await payUnknown(newKey());
    wire.fate = () => 'pass';
    await settleOverdue(ports());
    expect(await status(guid)).toMatchObject({
      body: { state: 'REFUSED', problem: { code: 'NOT_ELIGIBLE', reason: 'ACCOUNT_DORMANT' } },
    });
  });

  it('is never sent again: the same key asks for the first one, as long as it takes', async () => {
    const key = newKey();
    const guid = await payUnknown(key);
    expect(await payUnknown(key)).toBe(guid);
    expect(sentPayouts()).toBe(1);
    wire.fate = () => 'pass';
    expect(bodyOf(await core.pay(customer, key, {}))).toMatchObject({
      replayed: true,
      payout: { net: '2329' },
    });
    expect(sentPayouts()).toBe(1);
    expect((await legacy.sql('select from core.interest_payout')).length).toBe(1);
  });

  it('is told to nobody else', async () => {
    const guid = await payUnknown(newKey());
    const other = await legacy.open(since(1, 1_000_000n));
    for (const asked of [other, { ...customer, customerId: other.customerId }]) {
      expect(await status(guid, asked)).toMatchObject({ ok: false, problem: { code: 'PAYOUT_NOT_FOUND' } });
    }
    expect(await status(newGuid())).toMatchObject({ problem: { code: 'PAYOUT_NOT_FOUND' } });
    expect(await status(guid, { customerId: null })).toMatchObject({ ok: true }); // an operator
  });

  it('is offered to one settler at a time, and later each time', async () => {
    const guid = await payUnknown(newKey());
    const taken = await Promise.all(Array.from({ length: 10 }, () => legacy.outcomes.takeOverdue(5)));
    expect(taken.flat().map((payout) => payout.guid)).toEqual([guid]);
    const [next] = await legacy.sql(
      `select inquiries, next_inquiry_at > clock_timestamp() + interval '1 second' as later from adapter.payout_sent`,
    );
    expect(next).toEqual({ inquiries: 1, later: true });
  });
});

describe('the note before a payout', () => {
  const noteOf = (key: string): PayoutToSend => ({
    guid: newGuid(),
    accountNo: customer.accountNo,
    customerId: customer.customerId,
    key,
    traceId: 'test',
    dueWithinMs: 60_000,
  });

  it('is one for each open key, however many try', async () => {
    const key = newKey();
    const noted = await Promise.all(Array.from({ length: 30 }, () => legacy.outcomes.note(noteOf(key))));
    expect(noted.filter(({ kind }) => kind === 'noted')).toHaveLength(1);
    expect(noted.filter(({ kind }) => kind === 'in-progress')).toHaveLength(29);
  });

  it('cannot be made: nothing is sent, and the caller may come back', async () => {
    const nowhere = openOutcomes('postgres://nobody:x@127.0.0.1:1/none', () => undefined);
    await expect(nowhere.note(noteOf(newKey()))).rejects.toThrow(OutcomesUnavailable);
    const blind = legacyCore({ ...ports(), outcomes: nowhere }, () => true);
    expect(await blind.pay(customer, newKey(), {})).toMatchObject({
      ok: false,
      problem: { code: 'UNAVAILABLE' },
    });
    expect(sentPayouts()).toBe(0);
    await nowhere.close();
  });

  it('is forgotten a week after it was settled', async () => {
    await core.pay(customer, newKey(), {});
    expect(await legacy.outcomes.forgetOld()).toBe(0);
    await legacy.sql(`update adapter.payout_sent set settled_at = settled_at - interval '8 days'`);
    expect(await legacy.outcomes.forgetOld()).toBe(1);
  });
});
